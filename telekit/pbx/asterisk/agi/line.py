"""What Asterisk has measured of a caller's leg.

Source: Asterisk channels/pjsip/dialplan_functions.c (channel_read_rtp, channel_read_rtcp, channel_read_pjsip);
res/res_rtp_asterisk.c (ast_rtp_get_stat, update_rtt_stats,
update_reported_mes_stats); funcs/func_pjsip_aor.c, funcs/func_pjsip_contact.c;
res/res_pjsip/pjsip_options.c (status_map).
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from telekit.domain.line_check import LineReading, Stream, trip_of
from telekit.errors import CallerGone
from telekit.pbx.asterisk.agi.codec import Reply, command

Run = Callable[[bytes], Awaitable[Reply]]

SCORE = "${CHANNEL(rtcp,rxmes)}"
"""Worked out anew from each report of the phone's; 20 or more, but 0 before."""
MEASURED = "|".join(
    (
        "${CHANNEL(rtcp,normdevrtt)}",  # the mean; `rtt` is the last, also of a report that cannot be right
        "${CHANNEL(rtcp,rxcount)}",
        "${CHANNEL(rtcp,rxploss)}",
        "${CHANNEL(rtcp,txcount)}",
        "${CHANNEL(rtcp,txploss)}",
        "${CHANNEL(rtcp,rxjitter)}",  # as the phone reports it: it is there only if the phone reports at all
        "${CHANNEL(rtcp,rtt)}",
        SCORE,
        "${CHANNEL(pjsip,secure)}",
        "${CHANNEL(rtp,secure)}",
        "${PJSIP_AOR(${PJSIP_ENDPOINT(${CHANNEL(endpoint)},aors)},max_contacts)}",
        "${PJSIP_AOR(${PJSIP_ENDPOINT(${CHANNEL(endpoint)},aors)},contact)}",
    )
)
BELOW_ZERO_IN = 1 << 31
BELOW_ZERO_OUT = 1 << 23
"""Counts from here on were below zero: more packets came than were expected, since some came twice. What the phone
reports has 24 bits (RFC 3550 §6.4.1)."""
REPORTS_WITHIN = 5.2
"""Seconds in which both ends report, who do so about every five (RFC 3550 §6.2; rtp.conf, rtcpinterval)."""
AGAIN = 0.2
"""Seconds after which it is looked whether they have."""
UNREACHABLE = frozenset({"Unreachable", "Removed"})
KNOWS_SCORE = {18: 17, 19: 1000, 20: 2}
"""From which minor version on Asterisk knows the score, and does not warn of the question; newer ones always have."""

_VERSION = re.compile(r"(?:^|/)(\d+)\.(\d+)")
_CONTACT = re.compile(r"[A-Za-z0-9_.+-]+;@[0-9a-f]+")


@dataclass(frozen=True, slots=True)
class _Counts:
    """What Asterisk counts of the sound; what was lost is as of the last report, what came or was sent as of now."""

    trip: float | None
    came: float | None
    lost: float | None
    sent: float | None
    lacking: float | None
    jitter: float | None
    last_trip: float | None
    score: float | None
    """None where Asterisk is too old to know it."""

    @property
    def sound_in(self) -> Stream | None:
        if self.came is None or self.lost is None:
            return None
        # Before the first packet came, one is expected already.
        lost = _count(self.lost, BELOW_ZERO_IN) if self.came else 0
        return Stream(int(self.came) + lost, lost)

    @property
    def sound_out(self) -> Stream | None:
        """What the phone reports; None while it has not."""
        has_reported = self.score or self.trip or self.last_trip or self.lacking or self.jitter
        if self.sent is None or self.lacking is None or not has_reported:
            return None
        return Stream(int(self.sent), _count(self.lacking, BELOW_ZERO_OUT))

    @property
    def travels_in(self) -> timedelta | None:
        """There and back; None while the phone has not reported, or where its clock is wrong.

        The mean leaves out what is less than none, the last does not.
        """
        return trip_of(self.trip or self.last_trip or 0.0)

    @property
    def reported(self) -> tuple[float | None, ...]:
        """What another report of the phone's changes."""
        return (self.trip, self.lacking, self.jitter, self.last_trip, self.score)


async def measure(run: Run, version: str = "", within: float = REPORTS_WITHIN) -> LineReading:
    """Ask for everything that this version of Asterisk knows; what a module would tell that is not loaded stays None.

    Where something was lost it waits for the next report: what was lost is known as of the last, seconds ago, while
    what came is counted as of now, so that too small a share would seem to be lost. And where the phone has reported
    nothing of use so far, since its report may have been lost too. Of who hangs up meanwhile it tells what it has.
    """
    loop = asyncio.get_running_loop()
    ends_at = loop.time() + within
    question = MEASURED if _knows_score(version) else MEASURED.replace(SCORE, "")
    first, signals, sound, place, contacts = await _ask(run, question)
    registered, answers_in = await _registration(run, contacts) if place else (None, None)
    latest = first
    sound_in, sound_out, travels_in = first.sound_in, first.sound_out, first.travels_in
    waits_in, waits_out = bool(sound_in and sound_in.lost), sound_out is None or bool(sound_out.lost)
    with suppress(CallerGone):
        while first.sent and (waits_in or waits_out or travels_in is None) and loop.time() < ends_at:
            await asyncio.sleep(AGAIN)
            latest, *_ = await _ask(run, question)
            travels_in = latest.travels_in
            if waits_in:
                sound_in, waits_in = latest.sound_in, latest.lost == first.lost
            if waits_out:
                sound_out, waits_out = latest.sound_out, latest.reported == first.reported
    return LineReading(
        registered=registered,
        answers_in=answers_in,
        travels_in=travels_in,
        sound_in=sound_in,
        sound_out=sound_out,
        signals_encrypted=_flag(signals),
        sound_encrypted=_flag(sound),
    )


def _knows_score(version: str) -> bool:
    """Say whether to ask for it; Asterisk tells its version as `22.10.1`, `certified/18.9-cert4` or `GIT-master-…`."""
    found = _VERSION.search(version)
    return found is None or int(found[2]) >= KNOWS_SCORE.get(int(found[1]), 0)


async def _ask(run: Run, question: str) -> tuple[_Counts, str, str, str, str]:
    told = ((await run(command("GET FULL VARIABLE", question))).value or "").split("|")
    if len(told) != question.count("|") + 1:
        return _Counts(*[None] * 8), "", "", "", ""
    *counted, signals, sound, place, contacts = told
    return _Counts(*map(_number, counted)), signals, sound, place, contacts


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


def _count(number: float, below_zero: int) -> int:
    return int(number) if number < below_zero else 0


def _flag(text: str) -> bool | None:
    return {"1": True, "0": False}.get(text)
