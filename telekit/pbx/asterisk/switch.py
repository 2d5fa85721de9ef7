"""Asterisk beside its calls: phones and legs, over the manager interface."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from telekit.domain.names import OURS, CallId, LegId, OfferId, call_of
from telekit.domain.phone import Phone
from telekit.domain.place import VARIABLE as PLACE_VARIABLE
from telekit.domain.place import Place
from telekit.domain.queue import MissCause
from telekit.errors import LinkError, SwitchError
from telekit.pbx.asterisk.ami.link import Link
from telekit.pbx.asterisk.ami.message import Message
from telekit.pbx.asterisk.calling_account import CallingAccount
from telekit.pbx.asterisk.events import MEANINGS, leg_of, phone_at, variable
from telekit.pbx.asterisk.outgoing import GONE, Outgoing
from telekit.pbx.asterisk.wanderers import Wanderers
from telekit.pbx.kept_link import Insist
from telekit.pbx.losses import LinkDown
from telekit.pbx.port import (
    OFFER_VARIABLE,
    LegAlive,
    LegEnded,
    LinkUp,
    OfferJoined,
    PhoneState,
    Survey,
    SwitchEvent,
)
from telekit.pbx.render.stamp import CONTEXT as STAMP_CONTEXT
from telekit.pbx.render.stamp import Stamp
from telekit.pbx.unhurried import unhurried

log = logging.getLogger(__name__)

FIRST_SURVEY_WITHIN = timedelta(seconds=15)
"""Then calls are taken although it is not known what is alive: better than not at all."""
SURVEY_TAKES = timedelta(seconds=30)
"""At most, with 15,000 phones and as many legs on a busy machine."""
STAMP_TAKES = timedelta(seconds=3)
SURVEYED_AGAIN_AFTER = timedelta(seconds=5)


class AsteriskSwitch:
    """Keep the `Switch` port on one AMI link."""

    def __init__(
        self,
        link: Link,
        clock: Callable[[], datetime],
        *,
        outgoing: Outgoing | None = None,
        surveyed_again_after: timedelta = SURVEYED_AGAIN_AFTER,
    ) -> None:
        """Without `outgoing`, whose link is the same, nobody can be called."""
        self._link = link
        self._outgoing = outgoing or Outgoing(link, CallingAccount(None, "it has no account for that"))
        self._clock = clock
        self._again = surveyed_again_after
        self._tell: Callable[[SwitchEvent], None] = _nobody
        self._ups = 0
        self._first: asyncio.Future[None] | None = None
        """Done when the first survey was told, or refused."""
        self._news: _News | None = None
        self._wanderers = Wanderers()
        self._engaged: set[Phone] = set()
        """The phones of which the latest event told that they are in use."""

    async def start(self, tell: Callable[[SwitchEvent], None], *, insist: Insist = Insist.NO) -> None:
        """Connect, tell what is alive, and keep connected; `insist` says how far it tries for an Asterisk that is away.

        What is alive is told anew each time the link is up: legs at once, with the news that it is, then phones one by
        one, as news of each.

        Raises `SwitchError` when Asterisk will not tell what is alive, besides what the port says.
        """
        self._tell = tell
        self._first = asyncio.get_running_loop().create_future()
        for name in MEANINGS:
            self._link.subscribe(name, self._receive)
        self._outgoing.start()
        self._link.on_up(self._rebuild)
        self._link.on_down(lambda why: self._tell(LinkDown(why)))
        await self._link.start(insist=insist)
        await asyncio.wait((self._first,), timeout=FIRST_SURVEY_WITHIN.total_seconds())
        if self._first.done():
            self._first.result()
        else:
            log.error("Asterisk has not told what is alive; calls are taken, and it is asked again")

    async def survey(self) -> Survey:
        """Ask what is alive."""
        devices, channels = await self._ask_what_is_alive()
        return Survey(tuple(_phones(devices)), tuple(_legs(channels, self._clock())))

    async def legs(self) -> Sequence[LegAlive]:
        """Ask which legs are alive."""
        channels = await self._link.ask_list("CoreShowChannels", timeout=SURVEY_TAKES)
        return [leg async for leg in unhurried(_legs(channels, self._clock()))]

    async def hang_up(self, leg: LegId) -> None:
        """End one leg; a leg that is gone already is fine."""
        self._outgoing.ends(leg)
        answer = await self._link.ask("Hangup", Channel=leg)
        if not answer.ok and answer.get("Message") != GONE:
            raise SwitchError(f"Asterisk did not hang up {leg}: {answer.get('Message')}.")

    async def fallback(self) -> Stamp | None:
        """Read what is written on the fallback that Asterisk has loaded; None when there is none."""
        try:
            lines = await self._link.ask_list("ShowDialPlan", timeout=STAMP_TAKES, Context=STAMP_CONTEXT)
        except SwitchError:  # what Asterisk answers for a context that is not there
            return None
        return next(filter(None, (Stamp.parse(line.get("AppData", "")) for line in lines)), None)

    async def call_out(
        self,
        phone: Phone,
        script: str,
        *,
        arguments: Mapping[str, str],
        leg: LegId,
        ring: timedelta,
        offer: OfferId | None = None,
        shown: str | None = None,
    ) -> MissCause | None:
        """Ring a phone, and let a script lead it once it has answered."""
        return await self._outgoing.call_out(
            phone, script, arguments=arguments, leg=leg, ring=ring, offer=offer, shown=shown
        )

    def note_led(self, call: CallId) -> None:
        """Take in that a script leads somebody; of those who were called, only AGI tells."""
        self._outgoing.leads(call)

    async def mark(self, leg: LegId, offer: OfferId) -> None:
        """Write an offer's name on a leg; a leg that is gone already is fine."""
        answer = await self._link.ask("Setvar", Channel=leg, Variable=OFFER_VARIABLE, Value=offer)
        if not answer.ok and answer.get("Message") != GONE:
            raise SwitchError(f"Asterisk did not mark {leg}: {answer.get('Message')}.")

    async def stop(self) -> None:
        """Close the link."""
        self._outgoing.stop()
        await self._link.stop()

    def _receive(self, message: Message) -> None:
        event = MEANINGS[message.event](message)
        if event is None and message.event == "BridgeEnter":
            event = self._wanderers.meet(message)
        if event is None or (isinstance(event, PhoneState) and not self._is_news(event)):
            return
        self._wanderers.note(event)
        if self._news is not None:
            self._news.note(event)
        self._tell(event)

    def _is_news(self, state: PhoneState) -> bool:
        """Say whether a phone's state is another one: first it rings, then it talks, and is engaged all the time."""
        if not state.engaged:
            self._engaged.discard(state.phone)
            return True
        if state.phone in self._engaged:
            return False
        self._engaged.add(state.phone)
        return True

    async def _rebuild(self, version: str) -> None:
        """Tell what is alive, however often that has to be asked, unless the link is lost meanwhile."""
        self._ups += 1
        up = self._ups
        while True:
            try:
                news = self._news = _News()
                devices, channels = await self._ask_what_is_alive()
                legs = [leg async for leg in unhurried(_legs(channels, self._clock()))]
                if self._is_over(up):
                    return
                self._tell(LinkUp(Survey((), news.correct(legs)), f"Asterisk {version}"))
                async for state in unhurried(_phones(devices)):
                    if self._is_over(up):
                        return
                    if news.is_first_of(state):
                        self._tell(state)
                self._survey_done(None)
                return
            except LinkError as error:
                log.warning("Asterisk did not tell what is alive: %s", error)
            except SwitchError as error:
                refused = SwitchError(
                    f"{error}. Give the manager account the rights that telekit's own manager.conf gives it: "
                    "`read = system,call` and `write = call,reporting`."
                )
                log.error("%s", refused)
                self._survey_done(refused)
            await asyncio.sleep(self._again.total_seconds())
            if self._is_over(up):
                return

    async def _ask_what_is_alive(self) -> tuple[Sequence[Message], Sequence[Message]]:
        """Ask for the states of all devices, and for all channels."""
        devices, channels = await asyncio.gather(
            self._link.ask_list("DeviceStateList", timeout=SURVEY_TAKES),
            self._link.ask_list("CoreShowChannels", timeout=SURVEY_TAKES),
        )
        self._engaged.clear()  # what is told of them now may be other than what events told
        return devices, channels

    def _is_over(self, up: int) -> bool:
        """Say whether the link was lost since it came up for this time."""
        return up != self._ups or not self._link.up

    def _survey_done(self, refused: SwitchError | None) -> None:
        self._news = None
        if self._first is not None and not self._first.done():
            if refused is None:
                self._first.set_result(None)
            else:
                self._first.set_exception(refused)
                self._first.exception()  # seen: the log has it, should nobody wait for it any more


class _News:
    """What events told of while a survey was under way: they are newer than what it says."""

    def __init__(self) -> None:
        self._phones: set[Phone] = set()
        self._ended: set[LegId] = set()
        self._joined: set[LegId] = set()

    def note(self, event: SwitchEvent) -> None:
        if isinstance(event, PhoneState):
            self._phones.add(event.phone)
        elif isinstance(event, LegEnded):
            self._ended.add(event.leg)
        elif isinstance(event, OfferJoined):
            self._joined.add(event.leg)

    def is_first_of(self, state: PhoneState) -> bool:
        return state.phone not in self._phones

    def correct(self, legs: Iterable[LegAlive]) -> tuple[LegAlive, ...]:
        alive = (leg for leg in legs if leg.leg not in self._ended)
        return tuple(replace(leg, joined=leg.joined or leg.leg in self._joined) for leg in alive)


def _nobody(event: SwitchEvent) -> None:
    """Stand in until somebody listens."""


def _phones(devices: Iterable[Message]) -> Iterable[PhoneState]:
    for message in devices:
        state = MEANINGS["DeviceStateChange"](message)
        if isinstance(state, PhoneState):
            yield state


def _legs(channels: Iterable[Message], now: datetime) -> Iterable[LegAlive]:
    """Pick the legs that telekit once wrote on or has made: callers with a place, and agents' legs."""
    for message in channels:
        offer = OfferId(variable(message, OFFER_VARIABLE))
        place = variable(message, PLACE_VARIABLE)
        unique = CallId(message.peek("Uniqueid"))
        if not offer and not place and not unique.startswith(OURS):
            continue
        waits = Place.parse(place) if place else None
        agents = bool(offer) and call_of(offer) != unique
        yield LegAlive(
            leg=leg_of(message),
            call=call_of(offer) if agents else unique,
            offer=offer if agents else None,
            phone=phone_at(message.peek("Channel")),
            joined=bool(message.peek("BridgeId")),
            queue=waits.queue if waits else None,
            since_at=now - _duration(message.peek("Duration")),
            answered=message.peek("ChannelStateDesc") == "Up",
        )


def _duration(text: str) -> timedelta:
    """Read `HH:MM:SS`; zero when it is none."""
    try:
        hours, minutes, seconds = text.split(":")
        return timedelta(hours=int(hours), minutes=int(minutes), seconds=int(seconds))
    except ValueError:
        return timedelta(0)
