"""AMI events a second: telekit's link, a bare asyncio reader and stock panoramisk, on two event loops.

`python -m tests.bench.ami [--events N] [--rounds N]` prints a table, then one line of JSON. All subjects get the same
bytes, the events of recorded calls again and again, over a socket from another process, and take turns, so that what
else the machine does falls on all of them alike.
"""

import argparse
import contextlib
import json
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import cycle, islice
from pathlib import Path
from statistics import median

from tests.bench.ami_subjects import GO, LAST, SUBJECTS

LOOPS = ("asyncio", "uvloop")
CAPTURES = Path(__file__).parent.parent / "captures" / "asterisk"
CALLS = ("call-answered.ami", "call-ring-two-phones.ami")
_ID = re.compile(rb"(?im)^ActionID: ([^\r\n]*)")


@dataclass(frozen=True, slots=True)
class Round:
    """What one subject did in one round."""

    events_per_second: float
    cpu_microseconds: float
    """For each event."""


def corpus(events: int) -> bytes:
    """Return so many events of real calls, without the test events that Debian's build adds."""
    recorded = b"\r\n\r\n".join((CAPTURES / call).read_bytes() for call in CALLS).split(b"\r\n\r\n")
    unwanted = (b"Event: TestEvent", b"Event: FullyBooted")
    wanted = [each for each in recorded if each.startswith(b"Event: ") and not each.startswith(unwanted)]
    last = b"Event: %s\r\nPrivilege: system,all" % LAST.encode()
    return b"\r\n\r\n".join([*islice(cycle(wanted), events), last, b""])


def feed(listener: socket.socket, events: bytes) -> None:
    """Let one client log in, send it all events when it asks, and wait until it leaves."""
    client, _ = listener.accept()
    with client, contextlib.suppress(ConnectionError):
        client.sendall(b"Asterisk Call Manager/11.0.0\r\n")
        pending = b""
        while data := client.recv(65536):
            pending += data
            while b"\r\n\r\n" in pending:
                action, _, pending = pending.partition(b"\r\n\r\n")
                found = _ID.search(action)
                id_ = b"ActionID: %s\r\n" % found[1] if found else b""
                client.sendall(b"Response: Success\r\n%sChallenge: 1\r\nMessage: ok\r\n\r\n" % id_)
                if b"Action: Login" in action:
                    client.sendall(b"Event: FullyBooted\r\nStatus: Fully Booted\r\n\r\n")
                if GO.encode() in action:
                    client.sendall(events)


def run(subject: str, loop: str, listener: socket.socket, events: bytes, count: int) -> Round:
    """Run one subject in a process of its own."""
    feeder = threading.Thread(target=feed, args=(listener, events), daemon=True)
    feeder.start()
    port = str(listener.getsockname()[1])
    command = [sys.executable, "-m", "tests.bench.ami_subjects", subject, loop, port]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    result = json.loads(done.stdout)
    feeder.join(10)
    assert result["events"] == count or "one kind" in subject, f"{subject} saw {result['events']} of {count} events"
    return Round(count / result["seconds"], result["cpu"] / count * 1e6)


def table(rounds: dict[tuple[str, str], Sequence[Round]]) -> str:
    lines = [f"{'loop':8} {'client':28} {'events/s':>9} {'least-most':>15} {'of bare':>8} {'CPU us':>7} {'of bare':>8}"]
    for (loop, subject), these in rounds.items():
        rates = [each.events_per_second for each in these]
        bare = rounds[loop, "bare"]
        ratio = median(one.events_per_second / other.events_per_second for one, other in zip(these, bare, strict=True))
        cheaper = median(other.cpu_microseconds / one.cpu_microseconds for one, other in zip(these, bare, strict=True))
        cpu = median(each.cpu_microseconds for each in these)
        spread = f"{min(rates):.0f}-{max(rates):.0f}"
        lines.append(f"{loop:8} {subject:28} {median(rates):9.0f} {spread:>15} {ratio:8.2f} {cpu:7.2f} {cheaper:8.2f}")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    events = corpus(options.events)
    rounds: dict[tuple[str, str], list[Round]] = {(loop, subject): [] for loop in LOOPS for subject in SUBJECTS}
    with socket.create_server(("127.0.0.1", 0)) as listener:
        for _ in range(options.rounds):
            for (loop, subject), these in rounds.items():
                these.append(run(subject, loop, listener, events, options.events))
    print(table(rounds))  # noqa: T201
    print(  # noqa: T201
        json.dumps(
            [
                {"loop": loop, "client": subject, "rounds": [asdict(each) for each in these]}
                for (loop, subject), these in rounds.items()
            ]
        )
    )


if __name__ == "__main__":
    main()
