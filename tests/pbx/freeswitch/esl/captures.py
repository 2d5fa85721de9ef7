"""What a real FreeSWITCH 1.10.12 sent, recorded; see the README beside the recordings."""

import json
from pathlib import Path

FOLDER = Path(__file__).parents[3] / "captures" / "freeswitch"
NAMES = sorted(path.stem for path in FOLDER.glob("*.jsonl"))
KILLED = (FOLDER / "inbound-plain-slow-reader-killed-tail.s2c.esl").read_bytes()


def pieces_of(name: str) -> list[bytes]:
    """Give what the switch sent, in the pieces in which it came."""
    lines = (json.loads(line) for line in (FOLDER / f"{name}.jsonl").read_text().splitlines())
    return [line["data"].encode("latin-1") for line in lines if line["dir"] == "s2c"]


def recorded(name: str) -> bytes:
    return b"".join(pieces_of(name))


def frames_of(data: bytes) -> list[tuple[list[str], bytes]]:
    """Cut a recording into frames the slow and obvious way: the lines of each, and its body."""
    frames = []
    while data.strip(b"\n"):
        data = data.lstrip(b"\n")
        head, end, rest = data.partition(b"\n\n")
        if not end:
            break
        lines = head.decode().split("\n")
        length = sum(int(line.split(":")[1]) for line in lines if line.startswith("Content-Length:"))
        if len(rest) < length:
            break
        frames.append((lines, rest[:length]))
        data = rest[length:]
    return frames
