"""What a real Asterisk 22 sent, recorded; see the README beside the recordings."""

from pathlib import Path

FOLDER = Path(__file__).parents[3] / "captures" / "asterisk"
NAMES = sorted(path.name for path in FOLDER.glob("*.ami"))


def recorded(name: str) -> bytes:
    return (FOLDER / name).read_bytes()


def messages_of(data: bytes) -> list[dict[str, list[str]]]:
    """Cut a recording into messages the slow and obvious way: every header with its values, in order."""
    _banner, _, rest = data.partition(b"\r\n")
    whole = rest.split(b"\r\n\r\n")[:-1]
    messages = []
    for block in whole:
        headers: dict[str, list[str]] = {}
        for line in block.decode().split("\r\n"):
            if ":" in line:
                name, value = line.split(":", 1)
                headers.setdefault(name, []).append(value.removeprefix(" "))
        messages.append(headers)
    return messages
