"""What both ends of a caller's leg report of its sound.

FreeSWITCH tells it of a leg on which the dialplan has set `rtcp_audio_interval_msec` and `fire_rtcp_events` before the
answer. Source: FreeSWITCH src/switch_core_media.c, switch_core_media_read_frame and switch_core_media_activate_rtp;
src/switch_rtp.c, switch_send_rtcp_event and process_rtcp_report; RFC 3550 §6.4; observed on 1.10.12.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

from telekit.domain.line_check import trip_of
from telekit.pbx.freeswitch.esl.event import Event

OWN, PHONES = "SEND_RTCP_MESSAGE", "RECV_RTCP_MESSAGE"
"""FreeSWITCH's own reports, and the phone's."""
EVENTS = (OWN, PHONES)
BELOW_ZERO = 1 << 31
"""Counts from here on were below zero: more packets came than were expected, since some came twice."""


@dataclass(slots=True)
class Way:
    """What the one end reports to which sound comes."""

    lost: int | None = None
    """How many packets have not come since the beginning; None before the first report."""
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def take(self, lost: str | None) -> None:
        """Take in a report; one of an end to which nothing has come says nothing."""
        if lost is not None and lost.isdecimal():
            self.lost = int(lost) if int(lost) < BELOW_ZERO else 0
            self._news.set()

    async def next(self) -> None:
        """Wait for the next report."""
        self._news.clear()
        await self._news.wait()


@dataclass(slots=True)
class Reports:
    """The latest of both ends."""

    heard: bool = False
    """They are listened to."""
    into: Way = field(default_factory=Way)
    out: Way = field(default_factory=Way)
    trip: timedelta | None = None
    """How long sound takes there and back: FreeSWITCH's mean, in which the latest weighs most."""

    def take(self, event: Event) -> None:
        """Take in a report."""
        if event.name == OWN:
            self.into.take(event.get("Source-Lost"))
            return
        self.out.take(event.get("Source0-Lost"))
        trip = float(event.get("Rtt0-Avg") or 0)
        if trip:
            self.trip = trip_of(trip)
