"""What FreeSWITCH has measured of a caller's leg.

It tells nothing of what the phone reports, so the way there and back and the sound that reaches the phone stay unknown.
Source: FreeSWITCH src/switch_core_media.c, set_stats; observed on 1.10.12.
"""

from collections.abc import Awaitable, Callable

from telekit.domain.line_check import LineReading, Stream
from telekit.domain.names import CallId

Ask = Callable[[str], Awaitable[str]]

CAME, MISSING = "rtp_audio_in_media_packet_count", "rtp_audio_in_skip_packet_count"
SECURE_SOUND, SIGNALS = "rtp_secure_media_confirmed", "sip_via_protocol"
UNSET = "_undef_"


async def measure(api: Ask, call: CallId) -> LineReading:
    """Ask for everything; what FreeSWITCH does not know stays None."""
    await api(f"uuid_set_media_stats {call}")

    async def told(name: str) -> str | None:
        text = await api(f"uuid_getvar {call} {name}")
        return None if text == UNSET or text.startswith("-ERR") else text

    came, missing = _number(await told(CAME)), _number(await told(MISSING))
    signals, sound = await told(SIGNALS), await told(SECURE_SOUND)
    return LineReading(
        sound_in=Stream(came + missing, missing) if came is not None and missing is not None else None,
        signals_encrypted=signals.lower() in ("tls", "wss") if signals is not None else None,
        sound_encrypted=sound == "true",
    )


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdecimal() else None
