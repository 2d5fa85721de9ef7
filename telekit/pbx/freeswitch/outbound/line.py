"""What FreeSWITCH has measured of a caller's leg.

It tells nothing of what the phone reports, so the way there and back and the sound that reaches the phone stay unknown.
Source: FreeSWITCH src/switch_core_media.c, set_stats; mod_sofia's mod_sofia.c, sofia_contact_function; observed on
1.10.12.
"""

import re
from collections.abc import Awaitable, Callable

from telekit.domain.line_check import LineReading, Stream
from telekit.domain.names import CallId

Ask = Callable[[str], Awaitable[str]]

CAME, MISSING = "rtp_audio_in_media_packet_count", "rtp_audio_in_skip_packet_count"
SECURE_SOUND, SIGNALS = "rtp_secure_media_confirmed", "sip_via_protocol"
ACCOUNT = "sip_auth_username"
"""With which the phone has called; who comes from outside has none."""
UNSET = "_undef_"
NOWHERE = "error/"
"""So begins what `sofia_contact` says of an account whose phone cannot be found."""

_ACCOUNT = re.compile(r"[A-Za-z0-9_.+-]+")


async def measure(api: Ask, call: CallId, domain: str) -> LineReading:
    """Ask for everything; what FreeSWITCH does not know stays None. `domain` is that of its directory."""
    await api(f"uuid_set_media_stats {call}")

    async def told(name: str) -> str | None:
        text = await api(f"uuid_getvar {call} {name}")
        return None if text == UNSET or text.startswith("-ERR") else text

    came, missing = _number(await told(CAME)), _number(await told(MISSING))
    signals, sound, account = await told(SIGNALS), await told(SECURE_SOUND), await told(ACCOUNT)
    found = await api(f"sofia_contact {account}@{domain}") if account and _ACCOUNT.fullmatch(account) else None
    return LineReading(
        registered=not found.startswith(NOWHERE) if found is not None and not found.startswith("-ERR") else None,
        sound_in=Stream(came + missing, missing) if came is not None and missing is not None else None,
        signals_encrypted=signals.lower() in ("tls", "wss") if signals is not None else None,
        sound_encrypted=sound == "true",
    )


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdecimal() else None
