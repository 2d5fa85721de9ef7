"""What a real Asterisk 22 sent over FastAGI, one stretch of bytes for each connection."""

from pathlib import Path

FOLDER = Path(__file__).parents[3] / "captures/asterisk"
START = b"agi_network: yes\n"


def connections() -> dict[str, bytes]:
    """Give every recorded connection by name; a call with two AGI lines in its dialplan has two."""
    return {
        f"{file.stem}-{number}": START + rest
        for file in sorted(FOLDER.glob("*.agi"))
        for number, rest in enumerate(file.read_bytes().split(START)[1:], 1)
    }
