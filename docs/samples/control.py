"""Ask a living telekit, with nothing but Python itself: `python control.py amina pause lunch`."""

import json
import socket
import sys
from typing import Any

SOCKET = "/run/telekit/telekit.sock"


def ask(path: str, **request: object) -> dict[str, Any]:
    """Send one request, give the answer; raise `RuntimeError` with the sentence that says why it cannot be done."""
    with socket.socket(socket.AF_UNIX) as telekit:
        telekit.connect(path)
        telekit.sendall(json.dumps(request).encode() + b"\n")
        with telekit.makefile("rb") as answer:
            told: dict[str, Any] = json.loads(answer.read())
    if "error" in told:
        raise RuntimeError(told["error"])
    return told


if __name__ == "__main__":
    agent, word, *reason = sys.argv[1:]
    now = ask(SOCKET, do="agent", agent=agent, word=word, **{"reason": reason[0]} if reason else {})
    print(now["presence"], now["reason"])  # noqa: T201
