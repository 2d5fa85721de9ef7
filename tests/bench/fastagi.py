"""FastAGI sessions a second: telekit, a bare asyncio server and panoramisk's, on two event loops.

`python -m tests.bench.fastagi [--sessions N] [--rounds N]` prints a table, then one line of JSON. The subjects take
turns, so that what else the machine does falls on all of them alike.
"""

import argparse
import json
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median

from tests.bench.fastagi_subjects import COMMANDS, SUBJECTS

LOOPS = ("asyncio", "uvloop")
AT_ONCE = 64
REPLY = b"200 result=1 (gold)\n"
ENVIRONMENT = (
    b"".join(
        b"agi_%s: %s\n" % pair
        for pair in (
            *((b"network", b"yes"), (b"network_script", b"route"), (b"request", b"agi://127.0.0.1/route")),
            *((b"channel", b"PJSIP/carrier-00000008"), (b"language", b"fr"), (b"type", b"PJSIP")),
            *((b"uniqueid", b"1795394872.8"), (b"version", b"22.10.1"), (b"callerid", b"+33199000199")),
            *((b"calleridname", b"Client test"), (b"callingpres", b"0"), (b"callingani2", b"0")),
            *((b"callington", b"0"), (b"callingtns", b"0"), (b"dnid", b"+33199000010"), (b"rdnis", b"unknown")),
            *((b"context", b"from-carrier"), (b"extension", b"+33199000010"), (b"priority", b"2")),
            *((b"enhanced", b"0.0"), (b"accountcode", b""), (b"threadid", b"140127955068608")),
        )
    )
    + b"\n"
)


@dataclass(frozen=True, slots=True)
class Round:
    """What one subject did in one round."""

    sessions_per_second: float
    cpu_microseconds: float
    """Of the server, for each session."""


def load(port: int, sessions: int) -> float:
    """Place so many calls, some at a time, with as little work as can be; gives the seconds it took."""
    poller = select.epoll()
    asked: dict[int, int] = {}
    sockets: dict[int, socket.socket] = {}
    placed = ended = 0
    began = time.perf_counter()
    while ended < sessions:
        while placed < sessions and len(sockets) < AT_ONCE:
            caller = socket.create_connection(("127.0.0.1", port))
            caller.sendall(ENVIRONMENT)
            sockets[caller.fileno()], asked[caller.fileno()] = caller, 0
            poller.register(caller, select.EPOLLIN)
            placed += 1
        for number, _ in poller.poll(30):
            try:
                data = sockets[number].recv(4096)
            except ConnectionResetError:
                data = b""
            if data:
                asked[number] += data.count(b"\n")
                sockets[number].sendall(REPLY * data.count(b"\n"))
            else:
                assert asked[number] == len(COMMANDS), f"a session ended after {asked[number]} commands"
                poller.unregister(number)
                sockets.pop(number).close()
                ended += 1
    return time.perf_counter() - began


def run(subject: str, loop: str, sessions: int) -> Round:
    """Start a server, let it warm up, load it."""
    command = [sys.executable, "-m", "tests.bench.fastagi_subjects", subject, loop]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdout is not None
        port = int(server.stdout.readline())
        warm_up = sessions // 10
        load(port, warm_up)
        seconds = load(port, sessions)
        server.send_signal(signal.SIGTERM)
        cpu = float(server.stdout.readline())
    return Round(sessions / seconds, cpu / (sessions + warm_up) * 1e6)


def table(rounds: dict[tuple[str, str], Sequence[Round]]) -> str:
    lines = [
        f"{'loop':8} {'server':11} {'sessions/s':>11} {'least-most':>14} {'of bare':>8} {'CPU us':>7} {'of bare':>8}"
    ]
    for (loop, subject), these in rounds.items():
        rates = [each.sessions_per_second for each in these]
        bare = rounds[loop, "bare"]
        ratio = median(
            one.sessions_per_second / other.sessions_per_second for one, other in zip(these, bare, strict=True)
        )
        cpu = median(each.cpu_microseconds for each in these)
        cheaper = median(each.cpu_microseconds for each in bare) / cpu
        spread = f"{min(rates):.0f}-{max(rates):.0f}"
        lines.append(f"{loop:8} {subject:11} {median(rates):11.0f} {spread:>14} {ratio:8.2f} {cpu:7.0f} {cheaper:8.2f}")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    rounds: dict[tuple[str, str], list[Round]] = {(loop, subject): [] for loop in LOOPS for subject in SUBJECTS}
    for _ in range(options.rounds):
        for (loop, subject), these in rounds.items():
            these.append(run(subject, loop, options.sessions))
    found = [
        {"loop": loop, "server": subject, "rounds": [asdict(each) for each in these]}
        for (loop, subject), these in rounds.items()
    ]
    sys.stdout.write(f"{table(rounds)}\n{json.dumps(found)}\n")


if __name__ == "__main__":
    main()
