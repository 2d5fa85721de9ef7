"""What FreeSWITCH has measured of a caller's leg.

Of what was lost on the way its own counters say nothing (`skip_packet_count` is of sound that came too late to be
played), so that is taken from the reports of both ends. Source: FreeSWITCH src/switch_core_media.c, set_stats;
src/switch_rtp.c, do_flush, rtcp_stats and switch_rtp_add_crypto_key; mod_sofia's mod_sofia.c, sofia_contact_function;
observed on 1.10.12.
"""

import asyncio
import re

from telekit.domain.line_check import LineReading, Stream
from telekit.domain.names import CallId
from telekit.pbx.freeswitch.outbound.reports import Way
from telekit.pbx.freeswitch.outbound.session import Session

CAME, SENT = "rtp_audio_in_packet_count", "rtp_audio_out_packet_count"
THROWN_AWAY = "rtp_audio_in_flush_packet_count"
"""Packets that came while FreeSWITCH was busy, and were not played; its reports count them as lost."""
CIPHER, SIGNALS = "rtp_has_crypto", "sip_via_protocol"
ACCOUNT = "sip_auth_username"
"""With which the phone has called; who comes from outside has none."""
UNSET = "_undef_"
NOWHERE = "error/"
"""So begins what `sofia_contact` says of an account whose phone cannot be found."""
REPORTS_WITHIN = 5.2
"""Seconds in which both ends report: phones about every five (RFC 3550 §6.2), FreeSWITCH every four at first."""

_ACCOUNT = re.compile(r"[A-Za-z0-9_.+-]+")


async def measure(session: Session, call: CallId, domain: str) -> LineReading:
    """Ask for everything; what FreeSWITCH does not know stays None. `domain` is that of its directory.

    Where something was lost it waits for the next report: what was lost is known as of the last, seconds ago, while
    what came is counted as of now, so that too small a share would seem to be lost. And where an end has reported
    nothing of use so far, since its report may have been lost too. Of who hangs up meanwhile it tells what it has.
    """
    await session.hear_reports()
    sound_in, sound_out = await asyncio.gather(_sound_in(session, call), _sound_out(session, call))
    signals, cipher = await _told(session, call, SIGNALS), await _told(session, call, CIPHER)
    return LineReading(
        registered=await _registered(session, await _told(session, call, ACCOUNT), domain),
        travels_in=session.reports.trip,
        sound_in=sound_in,
        sound_out=sound_out,
        signals_encrypted=signals.lower() in ("tls", "wss") if signals is not None else None,
        sound_encrypted=bool(cipher),
    )


async def _registered(session: Session, account: str | None, domain: str) -> bool | None:
    if account is None or not _ACCOUNT.fullmatch(account):
        return None
    found = await session.api(f"sofia_contact */{account}@{domain}")
    return None if found.startswith("-ERR") else not found.startswith(NOWHERE)


async def _sound_in(session: Session, call: CallId) -> Stream | None:
    way = session.reports.into
    if way.lost != 0:
        await _next_report(session, way)
    missing = way.lost
    came, thrown_away = await _counts(session, call, CAME, THROWN_AWAY)
    if came == 0:
        return Stream(0, 0)
    if came is None or missing is None:
        return None
    lost = max(0, missing - (thrown_away or 0))
    return Stream(came + lost, lost)


async def _sound_out(session: Session, call: CallId) -> Stream | None:
    way = session.reports.out
    if way.lost != 0 or session.reports.trip is None:
        await _next_report(session, way)
    missing = way.lost
    (sent,) = await _counts(session, call, SENT)
    return Stream(sent, missing) if sent is not None and missing is not None else None


async def _next_report(session: Session, way: Way) -> None:
    report = asyncio.ensure_future(way.next())
    await asyncio.wait((report, session.gone), timeout=REPORTS_WITHIN, return_when=asyncio.FIRST_COMPLETED)
    report.cancel()


async def _counts(session: Session, call: CallId, *names: str) -> list[int | None]:
    await session.api(f"uuid_set_media_stats {call}")
    told = [await _told(session, call, name) for name in names]
    return [int(text) if text is not None and text.isdecimal() else None for text in told]


async def _told(session: Session, call: CallId, name: str) -> str | None:
    text = await session.api(f"uuid_getvar {call} {name}")
    return None if text == UNSET or text.startswith("-ERR") else text
