"""What Asterisk has measured of a caller's leg.

Source: Asterisk channels/pjsip/dialplan_functions.c (channel_read_rtp, channel_read_rtcp, channel_read_pjsip);
res/res_rtp_asterisk.c (ast_rtp_get_stat, update_rtt_stats); funcs/func_pjsip_aor.c, funcs/func_pjsip_contact.c;
res/res_pjsip/pjsip_options.c (status_map).
"""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta

from telekit.domain.line_check import LineReading, Stream
from telekit.pbx.asterisk.agi.codec import Reply, command

Run = Callable[[bytes], Awaitable[Reply]]

MEASURED = "|".join(
    (
        "${CHANNEL(rtcp,normdevrtt)}",  # the mean; `rtt` is the last, also of a report that cannot be right
        "${CHANNEL(rtcp,rxcount)}",
        "${CHANNEL(rtcp,rxploss)}",
        "${CHANNEL(rtcp,txcount)}",
        "${CHANNEL(rtcp,txploss)}",
        "${CHANNEL(rtcp,rxjitter)}",  # as the phone reports it: it is there only if the phone reports at all
        "${CHANNEL(pjsip,secure)}",
        "${CHANNEL(rtp,secure)}",
        "${PJSIP_AOR(${PJSIP_ENDPOINT(${CHANNEL(endpoint)},aors)},max_contacts)}",
        "${PJSIP_AOR(${PJSIP_ENDPOINT(${CHANNEL(endpoint)},aors)},contact)}",
    )
)
LONGEST_TRIP = 60.0
"""Seconds; more is the clock of some phone, not a way."""
WRAPPED = 1 << 31
"""A count from here on was below zero: more packets came than were expected, since some came twice."""
UNREACHABLE = frozenset({"Unreachable", "Removed"})

_CONTACT = re.compile(r"[A-Za-z0-9_.+-]+;@[0-9a-f]+")


async def measure(run: Run) -> LineReading:
    """Ask for everything; what Asterisk does not know, or a module that is not loaded would tell, stays None."""
    told = ((await run(command("GET FULL VARIABLE", MEASURED))).value or "").split("|")
    if len(told) != MEASURED.count("|") + 1:
        return LineReading()
    *counted, signals, sound, place, contacts = told
    trip, came, lost, sent, lacking, jitter = map(_number, counted)
    reports = bool(trip or lacking or jitter)
    registered, answers_in = await _registration(run, contacts) if place else (None, None)
    return LineReading(
        registered=registered,
        answers_in=answers_in,
        travels_in=timedelta(seconds=trip) if trip is not None and 0 < trip < LONGEST_TRIP else None,
        sound_in=None if came is None or lost is None else Stream(_count(came) + _count(lost), _count(lost)),
        sound_out=None if sent is None or lacking is None or not reports else Stream(_count(sent), _count(lacking)),
        signals_encrypted=_flag(signals),
        sound_encrypted=_flag(sound),
    )


async def _registration(run: Run, contacts: str) -> tuple[bool | None, timedelta | None]:
    """Ask how the phone is that is registered; of several it is only known that they are there."""
    if not _CONTACT.fullmatch(contacts):
        return bool(contacts), None
    asked = f"${{PJSIP_CONTACT({contacts},status)}}|${{PJSIP_CONTACT({contacts},rtt)}}"
    status, _, took = ((await run(command("GET FULL VARIABLE", asked))).value or "").partition("|")
    microseconds = _number(took)
    return status not in UNREACHABLE, timedelta(microseconds=microseconds) if microseconds else None


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _count(number: float) -> int:
    return int(number) if number < WRAPPED else 0


def _flag(text: str) -> bool | None:
    return {"1": True, "0": False}.get(text)
