"""Two switches as one: a call of either reaches an agent whose phone is at either.

An agent at the other switch is rung by the trunk between them: for telekit the leg on that trunk, which has the offer's
name, is the agent's leg. The other switch sees a call from the trunk, with nothing written on it, and tells that the
agent's phone is in use.

Each may be away while the other goes on: what it has said of phones counts no more, and its legs stay as they were when
it was lost, marked as such, until it is back.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from telekit.domain.names import LegId, OfferId
from telekit.domain.phone import Phone, PhoneKind
from telekit.domain.queue import MissCause
from telekit.errors import LinkError, SwitchError
from telekit.pbx.guard import Guard
from telekit.pbx.half import Half
from telekit.pbx.losses import LinkDown, PhoneLost
from telekit.pbx.port import (
    LegAlive,
    LinkUp,
    OfferJoined,
    PhoneRegisters,
    PhoneState,
    Survey,
    Switch,
    SwitchEvent,
    Transferred,
)
from telekit.pbx.unhurried import unhurried
from telekit.pbx.whereabouts import Whereabouts


class BothSwitches:
    """Keep the `Switch` port on two others; whoever starts those gives their news to `hear`."""

    def __init__(self, halves: Sequence[Half], whereabouts: Whereabouts, clock: Callable[[], datetime]) -> None:
        self._halves = {half.name: half for half in halves}
        self._whereabouts = whereabouts
        self._clock = clock
        self._trunks = {Phone(PhoneKind.SIP, name) for name in whereabouts.trunks.values()}
        """As what a leg on the trunk shows itself to some."""
        self._tell: Callable[[SwitchEvent], None] = _nobody
        self._began = False
        self._lost: dict[str, Collection[Phone]] = {}
        """Of which phones each switch told that is away, as long as their loss is still to be told."""
        self._guard = Guard()

    def away(self, name: str) -> bool:
        """Say whether nothing is known of one of them."""
        return not self._halves[name].version

    async def start(self, tell: Callable[[SwitchEvent], None]) -> None:
        """Tell what happens from now on; what is alive, from `begin` on."""
        self._tell = tell

    def begin(self) -> None:
        """Tell what is alive at those that are there: the other is not waited for any longer."""
        self._began = True
        if self._versions():
            self._tell_up(())

    def hear(self, name: str, event: SwitchEvent) -> None:
        """Take what one of the two tells."""
        half = self._halves[name]
        half.hear(event, self._clock())
        match event:
            case LinkUp():
                half.version, half.known = event.version, True
                half.see(event.survey.legs)
                self._lost.pop(name, None)  # it tells of them anew
                self._tell_up(tuple(self._whereabouts.note(name, state) for state in event.survey.phones))
                self._lose()
            case LinkDown():
                half.version = ""
                self._lost[name] = self._whereabouts.forget(name)
                if self._began:
                    self._tell(LinkDown(f"{name}: {event.why}", self._versions()))
                self._lose()
            case PhoneState():
                self._tell(self._whereabouts.note(name, event))
            case PhoneRegisters():
                self._whereabouts.registers(name, event.phone)
                self._tell(event)
            case OfferJoined():
                self._tell(replace(event, phone=self._agents(event.phone)))
            case Transferred():
                phone, target = self._agents(event.phone), self._agents(event.target_phone)
                self._tell(replace(event, phone=phone, target_phone=target))
            case _:
                self._tell(event)

    async def survey(self) -> Survey:
        """Ask what is alive at either."""
        phones: dict[Phone, PhoneState] = {}
        for half in self._halves.values():
            told = await half.switch.survey()
            half.see(told.legs)
            phones |= {state.phone: self._whereabouts.note(half.name, state) for state in told.phones}
        return Survey(tuple(phones.values()), self._legs())

    async def legs(self) -> Sequence[LegAlive]:
        """Ask which legs are alive; one that is away has those that it had. Raises what the last of all has raised."""
        there = [half for half in self._halves.values() if half.version]
        failed = await asyncio.gather(*(half.look() for half in there))
        if None not in failed:
            raise next(filter(None, failed), LinkError("neither switch is there"))
        return self._legs()

    async def hang_up(self, leg: LegId) -> None:
        """End one leg, wherever it is."""
        await self._where_it_is(leg, lambda switch: switch.hang_up(leg))

    async def mark(self, leg: LegId, offer: OfferId) -> None:
        """Write an offer's name on a leg, wherever it is."""
        await self._where_it_is(leg, lambda switch: switch.mark(leg, offer))

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
        """Ring a phone by the switch at which it is, and a number by the first through which one can be called.

        Raises `SwitchError` where that is away: nothing has rung.
        """
        half = self._caller_of(phone)
        if not half.version:
            raise SwitchError(f"{phone.in_logs} is not called: the link to {half.name} is down")
        began_at = self._clock()
        half.calls(leg, phone, offer, began_at)
        try:
            missed = await half.switch.call_out(
                phone, script, arguments=arguments, leg=leg, ring=ring, offer=offer, shown=shown
            )
        except LinkError:
            half.calls(leg, phone, offer, began_at)  # until the switch is asked, it may be alive
            raise
        except Exception:
            half.legs.pop(leg, None)
            raise
        if missed is not None:
            half.legs.pop(leg, None)
        return missed

    async def stop(self) -> None:
        """Tell nothing any more."""
        self._tell = _nobody
        self._guard.cancel()

    def _tell_up(self, phones: tuple[PhoneState, ...]) -> None:
        """Tell what is alive at both; before it is known who is there, only of phones."""
        if not self._began:
            for state in phones:
                self._tell(state)
            return
        halves = self._halves.values()
        away = " and ".join(half.name for half in halves if not half.version)
        survey = Survey(phones, self._legs(), whole=all(half.known for half in halves))
        self._tell(LinkUp(survey, self._versions(), away))

    def _versions(self) -> str:
        return " and ".join(half.version for half in self._halves.values() if half.version)

    def _lose(self) -> None:
        """Tell of the phones that nobody tells of any more, unless no switch is there at all: then nobody is rung."""
        while self._lost and self._versions():
            _, phones = self._lost.popitem()
            self._guard.keep(self._lose, self._tell_lost(phones))

    async def _tell_lost(self, phones: Collection[Phone]) -> None:
        async for phone in unhurried(phones):
            state = self._whereabouts.state(phone)
            self._tell(state if state is not None and state.reachable else PhoneLost(phone))

    def _legs(self) -> tuple[LegAlive, ...]:
        return tuple(
            replace(leg, phone=self._agents(leg.phone), lost=not half.version)
            for half in self._halves.values()
            for leg in half.legs.values()
        )

    def _agents(self, phone: Phone | None) -> Phone | None:
        """Give whose leg that is; None for one on the trunk, of which the offer alone tells."""
        return None if phone in self._trunks else phone

    async def _where_it_is(self, leg: LegId, do: Callable[[Switch], Awaitable[None]]) -> None:
        """Ask the switch that has a leg; both where that is not known: each says of a leg that it has not, it is fine.

        Raises what one has raised.
        """
        halves = self._halves.values()
        failed: LinkError | SwitchError | None = None
        for half in [half for half in halves if leg in half.legs] or halves:
            try:
                await do(half.switch)
            except (LinkError, SwitchError) as error:
                failed = error
        if failed is not None:
            raise failed

    def _caller_of(self, phone: Phone) -> Half:
        """Give who calls a phone: of those that can the first that is there."""
        halves = sorted(self._halves.values(), key=lambda half: not half.version)
        if phone.kind is PhoneKind.SIP:
            fit = (half for half in halves if self._whereabouts.at(half.name, phone))
        else:
            fit = (half for half in halves if half.calls_out)
        return next(fit, halves[0])


def _nobody(event: SwitchEvent) -> None:
    """Stand in until somebody listens."""
