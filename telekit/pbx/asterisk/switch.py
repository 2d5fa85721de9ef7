"""Asterisk beside its calls: phones and legs, over the manager interface."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from telekit.domain.names import CallId, LegId, OfferId
from telekit.domain.phone import Phone
from telekit.domain.place import VARIABLE as PLACE_VARIABLE
from telekit.domain.place import Place
from telekit.errors import SwitchError
from telekit.pbx.asterisk.ami.link import Link
from telekit.pbx.asterisk.ami.message import Message
from telekit.pbx.asterisk.events import MEANINGS, call_of, phone_of, variable
from telekit.pbx.port import OFFER_VARIABLE, LegAlive, LegEnded, LinkDown, LinkUp, PhoneState, Survey, SwitchEvent

GONE = "No such channel"
"""Source: Asterisk main/manager.c, action_hangup."""


class AsteriskSwitch:
    """Keep the `Switch` port on one AMI link."""

    def __init__(self, link: Link, clock: Callable[[], datetime]) -> None:
        self._link = link
        self._clock = clock
        self._tell: Callable[[SwitchEvent], None] = _nobody
        self._news_of: set[Phone | LegId] | None = None
        """What events told of while a survey was under way: they are newer than what it says."""

    async def start(self, tell: Callable[[SwitchEvent], None], *, insist: bool = False) -> None:
        """Connect and keep connected; with `insist` go on trying while Asterisk cannot be reached."""
        self._tell = tell
        for name in MEANINGS:
            self._link.subscribe(name, self._receive)
        self._link.on_up(self._rebuild)
        self._link.on_down(lambda why: self._tell(LinkDown(why)))
        await self._link.start(insist=insist)

    async def survey(self) -> Survey:
        """Ask what is alive."""
        devices, channels = await asyncio.gather(
            self._link.ask_list("DeviceStateList"), self._link.ask_list("CoreShowChannels")
        )
        return Survey(tuple(_phones(devices)), tuple(_legs(channels, self._clock())))

    async def hang_up(self, leg: LegId) -> None:
        """End one leg; a leg that is gone already is fine."""
        answer = await self._link.ask("Hangup", Channel=leg)
        if not answer.ok and answer.get("Message") != GONE:
            raise SwitchError(f"Asterisk did not hang up {leg}: {answer.get('Message')}.")

    async def stop(self) -> None:
        """Close the link."""
        await self._link.stop()

    def _receive(self, message: Message) -> None:
        event = MEANINGS[message.event](message)
        if event is None:
            return
        if self._news_of is not None:
            if isinstance(event, PhoneState):
                self._news_of.add(event.phone)
            elif isinstance(event, LegEnded):
                self._news_of.add(event.leg)
        self._tell(event)

    async def _rebuild(self, version: str) -> None:
        """Tell what is alive, less what events have overtaken meanwhile; a link lost again will come up again."""
        news = self._news_of = set()
        try:
            survey = await self.survey()
        finally:
            if self._news_of is news:
                self._news_of = None
        phones = tuple(state for state in survey.phones if state.phone not in news)
        legs = tuple(leg for leg in survey.legs if leg.leg not in news)
        self._tell(LinkUp(Survey(phones, legs), version))


def _nobody(event: SwitchEvent) -> None:
    """Stand in until somebody listens."""


def _phones(devices: Iterable[Message]) -> Iterable[PhoneState]:
    for message in devices:
        state = MEANINGS["DeviceStateChange"](message)
        if isinstance(state, PhoneState):
            yield state


def _legs(channels: Iterable[Message], now: datetime) -> Iterable[LegAlive]:
    """Pick the legs that telekit once wrote on: callers with a place, and agents' legs."""
    for message in channels:
        offer = OfferId(variable(message, OFFER_VARIABLE))
        waits = Place.parse(variable(message, PLACE_VARIABLE))
        unique = CallId(message.get("Uniqueid", ""))
        if not offer and waits is None:
            continue
        agents = bool(offer) and call_of(offer) != unique
        channel = message.get("Channel", "")
        yield LegAlive(
            leg=LegId(channel),
            call=call_of(offer) if agents else unique,
            offer=offer if agents else None,
            phone=phone_of(channel.rpartition("-")[0]),
            joined=bool(message.get("BridgeId")),
            queue=waits.queue if waits else None,
            since_at=now - _duration(message.get("Duration", "")),
        )


def _duration(text: str) -> timedelta:
    """Read `HH:MM:SS`; zero when it is none."""
    try:
        hours, minutes, seconds = (int(part) for part in text.split(":"))
    except ValueError:
        return timedelta(0)
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)
