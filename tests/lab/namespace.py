"""Run a command alone with its own loopback network: `python -m tests.lab.namespace -- COMMAND...`.

The command sees no network but an empty loopback, so fixed ports never clash and nothing gets out. When it
ends, or this process is killed, all that it started ends too. Its exit status is passed on.
"""

import fcntl
import os
import signal
import socket
import struct
import subprocess
import sys
from types import FrameType

INSIDE = "--inside"
WITHOUT = "TELEKIT_NAMESPACE"  # `none` runs the command on the machine's own loopback
NAMESPACES = ("--net", "--mount", "--propagation", "unchanged", "--pid", "--fork", "--kill-child", "--mount-proc")
# As a user of one's own, for whoever isn't root.
OWN_USER = ("--user", "--map-root-user")

# Linux <linux/sockios.h>, <linux/if.h>
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 0x1


def outside(command: list[str]) -> int:
    """Run a command in namespaces of its own and return its exit status."""
    if os.environ.get(WITHOUT) == "none":
        return as_exit_status(subprocess.run(command, check=False).returncode)
    unshare = ["unshare", *(() if os.geteuid() == 0 else OWN_USER), *NAMESPACES]
    refused = subprocess.run([*unshare, "true"], capture_output=True, text=True, check=False)
    if refused.returncode:
        sys.stderr.write(
            f"the lab needs a network namespace of its own, and this machine refuses one: {refused.stderr.strip()}\n"
            "Run as root, or allow user namespaces (sysctl kernel.unprivileged_userns_clone=1),\n"
            f"or set {WITHOUT}=none to use this machine's own loopback, where ports may be taken.\n"
        )
        return 1
    inner = [sys.executable, "-m", "tests.lab.namespace", INSIDE, *command]
    # If this process is killed, setpriv's signal ends unshare, and --kill-child all that is inside.
    process = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *unshare, *inner])

    def end(_number: int, _frame: FrameType | None) -> None:
        process.kill()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGHUP, end)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal has told the command itself
    return as_exit_status(process.wait())


def inside(command: list[str]) -> int:
    """Be the first process of the namespace: raise loopback, run the command, bury its orphans."""
    raise_loopback()
    signal.signal(signal.SIGINT, lambda _number, _frame: None)
    process = subprocess.Popen(command)
    while True:
        dead, status = os.wait()
        if dead == process.pid:
            return as_exit_status(os.waitstatus_to_exitcode(status))


def alone() -> bool:
    """Tell whether this process sees no network but loopback, or was told to do without that."""
    return [name for _, name in socket.if_nameindex()] == ["lo"] or os.environ.get(WITHOUT) == "none"


def raise_loopback() -> None:
    """Bring up `lo`, which a new network namespace has down."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = bytearray(struct.pack("16sH22x", b"lo", 0))
        fcntl.ioctl(any_socket, SIOCGIFFLAGS, request)
        (flags,) = struct.unpack_from("H", request, 16)
        struct.pack_into("H", request, 16, flags | IFF_UP)
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, bytes(request))


def as_exit_status(code: int) -> int:
    """Return what a shell would report: a signal's number as 128 and more."""
    return code if code >= 0 else 128 - code


def main(arguments: list[str]) -> int:
    """Split off this program's own words from the command."""
    match arguments:
        case ["--", *command] if command:
            return outside(command)
        case [word, *command] if word == INSIDE and command:
            return inside(command)
        case _:
            sys.stderr.write("usage: python -m tests.lab.namespace -- COMMAND...\n")
            return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
