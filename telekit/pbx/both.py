"""Two switches as one: a call of either reaches an agent whose phone is at either.

An agent at the other switch is rung by the trunk between them: for telekit the leg on that trunk, which has the offer's
name, is the agent's leg. The other switch sees a call from the trunk, with nothing written on it, and tells that the
agent's phone is in use.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from telekit.domain.names import LegId, OfferId
from telekit.domain.phone import Phone, PhoneKind
from telekit.domain.queue import MissCause
from telekit.errors import LinkError, SwitchError
from telekit.pbx.port import (
    LegAlive,
    LinkDown,
    LinkUp,
    OfferJoined,
    PhoneRegisters,
    PhoneState,
    Survey,
    Switch,
    SwitchEvent,
    Transferred,
)
from telekit.pbx.whereabouts import Whereabouts

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Half:
    """One of the switches."""

    name: str
    switch: Switch
    calls_out: bool
    """Numbers can be called through it."""
    version: str = ""
    """Empty while its link is down."""
    known: bool = False
    """Its link was up once."""
    legs: Sequence[LegAlive] = ()
    """What it said last to be alive."""


class BothSwitches:
    """Keep the `Switch` port on two others; whoever starts those gives their news to `hear`."""

    def __init__(self, halves: Sequence[Half], whereabouts: Whereabouts) -> None:
        self._halves = {half.name: half for half in halves}
        self._whereabouts = whereabouts
        self._trunks = {Phone(PhoneKind.SIP, name) for name in whereabouts.trunks.values()}
        """As what a leg on the trunk shows itself to some."""
        self._tell: Callable[[SwitchEvent], None] = _nobody
        self._waiting: list[tuple[str, SwitchEvent]] | None = None
        """News that came while it was asked what is alive at the other."""
        self._asking: asyncio.Task[None] | None = None

    async def start(self, tell: Callable[[SwitchEvent], None]) -> None:
        """Tell what happens from now on."""
        self._tell = tell

    def hear(self, name: str, event: SwitchEvent) -> None:
        """Take what one of the two tells."""
        if self._waiting is not None:
            self._waiting.append((name, event))
            return
        half = self._halves[name]
        match event:
            case LinkUp():
                half.version, half.legs, half.known = event.version, event.survey.legs, True
                if not all(each.known for each in self._halves.values()):
                    # What is alive is told when it is known of both: who is missing would be taken for gone.
                    for state in event.survey.phones:
                        self._tell(self._whereabouts.note(name, state))
                    return
                self._waiting = []
                self._asking = asyncio.get_running_loop().create_task(self._rebuild(half, event))
            case LinkDown():
                half.version = ""
                self._tell(LinkDown(f"{name}: {event.why}"))
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
            half.legs = told.legs
            phones |= {state.phone: self._whereabouts.note(half.name, state) for state in told.phones}
        return Survey(tuple(phones.values()), self._legs())

    async def legs(self) -> Sequence[LegAlive]:
        """Ask which legs are alive; one whose link is down has those that it had."""
        await asyncio.gather(*(self._look(half) for half in self._halves.values() if half.version))
        return self._legs()

    async def hang_up(self, leg: LegId) -> None:
        """End one leg, wherever it is."""
        await self._at_each(lambda switch: switch.hang_up(leg))

    async def mark(self, leg: LegId, offer: OfferId) -> None:
        """Write an offer's name on a leg, wherever it is."""
        await self._at_each(lambda switch: switch.mark(leg, offer))

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
        """Ring a phone by the switch at which it is, and a number by the first through which one can be called."""
        half = self._caller_of(phone)
        return await half.switch.call_out(
            phone, script, arguments=arguments, leg=leg, ring=ring, offer=offer, shown=shown
        )

    async def settled(self) -> None:
        """Wait until it was told what is alive, where that is being asked."""
        if self._asking is not None:
            await asyncio.wait((self._asking,))

    async def stop(self) -> None:
        """Tell nothing any more."""
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.wait((self._asking,))

    async def _rebuild(self, half: Half, event: LinkUp) -> None:
        """Tell what is alive at both, then what has happened since."""
        for other in self._halves.values():
            if other is not half and other.version:
                try:
                    await self._look(other)
                except (LinkError, SwitchError):
                    pass  # it has those legs that it had
                except Exception:  # a bug of ours must not keep back all news for ever
                    log.exception("%s did not tell what is alive", other.name)
        phones = tuple(self._whereabouts.note(half.name, state) for state in event.survey.phones)
        versions = (each.version or f"{each.name} is away" for each in self._halves.values())
        waiting, self._waiting = self._waiting or [], None
        self._tell(LinkUp(Survey(phones, self._legs()), " and ".join(versions)))
        for name, news in waiting:
            self.hear(name, news)

    async def _look(self, half: Half) -> None:
        half.legs = await half.switch.legs()

    def _legs(self) -> tuple[LegAlive, ...]:
        alive = (leg for half in self._halves.values() for leg in half.legs)
        return tuple(replace(leg, phone=self._agents(leg.phone)) for leg in alive)

    def _agents(self, phone: Phone | None) -> Phone | None:
        """Give whose leg that is; None for one on the trunk, of which the offer alone tells."""
        return None if phone in self._trunks else phone

    async def _at_each(self, do: Callable[[Switch], Awaitable[None]]) -> None:
        """Ask both: where a leg is not is fine. Raises what the last has raised if it is done by none."""
        failed: LinkError | SwitchError | None = None
        done = 0
        for half in self._halves.values():
            try:
                await do(half.switch)
                done += 1
            except (LinkError, SwitchError) as error:
                failed = error
        if failed is not None and not done:
            raise failed

    def _caller_of(self, phone: Phone) -> Half:
        halves = self._halves.values()
        if phone.kind is PhoneKind.SIP:
            fit = (half for half in halves if self._whereabouts.at(half.name, phone))
        else:
            fit = (half for half in halves if half.calls_out)
        return next(fit, next(iter(halves)))


def _nobody(event: SwitchEvent) -> None:
    """Stand in until somebody listens."""
