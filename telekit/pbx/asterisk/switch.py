"""Asterisk beside its calls: phones and legs, over the manager interface."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from telekit.domain.names import CallId, LegId, OfferId
from telekit.domain.place import VARIABLE as PLACE_VARIABLE
from telekit.domain.place import Place
from telekit.errors import LinkError, SwitchError
from telekit.pbx.asterisk.ami.link import Link
from telekit.pbx.asterisk.ami.message import Message
from telekit.pbx.asterisk.events import MEANINGS, OFFER_VARIABLE, call_of, phone_of, variable
from telekit.pbx.port import LegAlive, LinkDown, LinkUp, PhoneState, Survey, SwitchEvent

log = logging.getLogger(__name__)

GONE = "No such channel"
"""Source: Asterisk main/manager.c, action_hangup."""


class AsteriskSwitch:
    """Keep the `Switch` port on one AMI link."""

    def __init__(self, link: Link, clock: Callable[[], datetime]) -> None:
        self._link = link
        self._clock = clock
        self._tell: Callable[[SwitchEvent], None] = _nobody
        self._surveys: set[asyncio.Task[None]] = set()

    async def start(self, tell: Callable[[SwitchEvent], None]) -> None:
        """Connect and keep connected."""
        self._tell = tell
        for name, meaning in MEANINGS.items():
            self._link.subscribe(name, lambda message, meaning=meaning: self._hear(meaning(message)))
        self._link.on_up(self._up)
        self._link.on_down(lambda why: self._tell(LinkDown(why)))
        await self._link.start()

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

    def _hear(self, event: SwitchEvent | None) -> None:
        if event is not None:
            self._tell(event)

    def _up(self, version: str) -> None:
        errand = asyncio.get_running_loop().create_task(self._rebuild(version))
        self._surveys.add(errand)
        errand.add_done_callback(self._surveys.discard)

    async def _rebuild(self, version: str) -> None:
        try:
            survey = await self.survey()
        except LinkError as error:
            log.warning("presence could not be rebuilt: %s", error)
            return
        self._tell(LinkUp(survey, version))


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
        yield LegAlive(
            leg=LegId(message.get("Channel", "")),
            call=call_of(offer) if agents else unique,
            offer=offer if agents else None,
            phone=phone_of(message.get("Channel", "").rpartition("-")[0]),
            joined=bool(message.get("BridgeId")),
            since_at=now - _duration(message.get("Duration", "")),
            queue=waits.queue if waits else None,
        )


def _duration(text: str) -> timedelta:
    """Read `HH:MM:SS`; zero when it is none."""
    try:
        hours, minutes, seconds = (int(part) for part in text.split(":"))
    except ValueError:
        return timedelta(0)
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)
