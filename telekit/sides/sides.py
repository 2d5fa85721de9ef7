"""The switches beside which one telekit sits, one or two, as the node has them."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta, tzinfo

from telekit.domain.names import CallId
from telekit.pbx.both import BothSwitches
from telekit.pbx.half import Half
from telekit.pbx.kept_link import Insist
from telekit.pbx.port import Switch, SwitchEvent
from telekit.pbx.whereabouts import Whereabouts
from telekit.service.clock import Clock
from telekit.service.health import Examine
from telekit.sides.joining import Joining
from telekit.sides.side import Handling, Side


class Sides:
    """Hold them all, and start and end them together."""

    def __init__(self, sides: Sequence[Side], whereabouts: Whereabouts, clock: Clock) -> None:
        self.each = tuple(sides)
        self._both: BothSwitches | None = None
        self.switch: Switch = self.each[0].switch
        if len(self.each) > 1:
            halves = [Half(side.name, side.switch, side.trunk.name is not None) for side in self.each]
            self.switch = self._both = BothSwitches(halves, whereabouts, clock)
            self._joining = Joining(self.each)

    @property
    def handling(self) -> Handling | None:
        """The administrator's handlers, if there are any."""
        return next((side.handling for side in self.each if side.handling is not None), None)

    @property
    def back_within(self) -> timedelta:
        """How soon after a start the dialplans send those who wait."""
        return max(side.back_within for side in self.each)

    @property
    def led(self) -> Collection[CallId]:
        """The calls that are here, each as often as a script leads it."""
        return [call for side in self.each for call in side.server.led]

    @property
    def unseen(self) -> Collection[CallId]:
        """The calls that are led at one of two switches that is away: what becomes of them nobody tells."""
        both = self._both
        away = [side for side in self.each if both.away(side.name)] if both is not None else ()
        return {call for side in away for call in side.server.led}

    @property
    def calls_out(self) -> bool:
        """Whether numbers can be called."""
        return any(side.trunk.name is not None for side in self.each)

    def examined(self, zone: Callable[[], tzinfo]) -> Mapping[str, Examine]:
        """Give what health looks at; of two switches each part has the name of its own."""
        if self._both is None:
            return self.each[0].examined(zone)
        return {
            f"{part} of {side.name}": examine for side in self.each for part, examine in side.examined(zone).items()
        }

    async def reserve(self) -> None:
        """Take the ports for calls, and refuse those until it is known who can be rung."""
        for side in self.each:
            await side.server.reserve()

    async def start(self, tell: Callable[[SwitchEvent], None], *, insist: bool) -> None:
        """Connect, tell what is alive, and keep connected; of two switches one is enough to begin with.

        Raises what a person must mend, and without `insist` also that no switch can be reached.
        """
        if self._both is None:
            await self.each[0].start(tell, Insist.WHILE_AWAY if insist else Insist.NO)
            return
        await self._both.start(tell)
        await self._joining.start(self._both.hear, insist=insist)
        self._both.begin()

    async def take_calls(self) -> None:
        """Take calls from now on."""
        for side in self.each:
            await side.server.start()

    def refuse(self) -> None:
        """Take no more calls; those that are here go on."""
        for side in self.each:
            side.server.refuse()

    async def end_calls(self, grace: float = 0.0) -> None:
        """Wait for so many seconds until scripts end, of all switches at once, then end them; the dialplans go on."""
        ended = await asyncio.gather(*(side.server.stop(grace) for side in self.each), return_exceptions=True)
        for error in ended:
            if error is not None:
                raise error

    async def stop(self) -> None:
        """Close all links."""
        async with AsyncExitStack() as stack:
            for side in self.each:
                stack.push_async_callback(side.stop)
            if self._both is not None:
                stack.push_async_callback(self._both.stop)
                stack.push_async_callback(self._joining.stop)

    def be_ready_to_call(self) -> None:
        """Bring up what makes calls; nobody waits for it."""
        for side in self.each:
            side.be_ready_to_call()

    def why_no_calls(self) -> str | None:
        """Say why nobody can be called back; None when they can."""
        complaints = [side.why_no_calls() for side in self.each]
        return None if None in complaints else complaints[0]

    async def warnings(self) -> Sequence[str]:
        """Say what an administrator should mend, though calls are led."""
        return [warning for side in self.each for warning in await side.warnings()]
