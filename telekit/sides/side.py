"""One switch beside which telekit sits: its link, its calls, its fallback, and how they are."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta, tzinfo
from functools import partial
from typing import Protocol

from telekit.domain.names import CallId
from telekit.errors import LinkError, SwitchError
from telekit.pbx.kept_link import Insist
from telekit.pbx.port import Switch, SwitchEvent
from telekit.service.clock import Clock
from telekit.service.fallback import Fallback
from telekit.service.health import Examine
from telekit.service.notices import Notice
from telekit.service.vitals import LinkVitals, examine_calls


class Link(Protocol):
    """The link, of which is known how fast the switch answers."""

    @property
    def round_trip(self) -> float: ...
    def on_miss(self, callback: Callable[[LinkError | SwitchError], object]) -> None: ...


class LinkedSwitch(Switch, Protocol):
    """A switch that may be waited for."""

    async def start(self, tell: Callable[[SwitchEvent], None], *, insist: Insist = Insist.NO) -> None:
        """Connect and keep connected; `insist` says how far it tries for a switch that is away."""


class CallServer(Protocol):
    """Where the switch hands over its calls."""

    @property
    def port(self) -> int: ...
    @property
    def led(self) -> Collection[CallId]: ...
    @property
    def turned_away(self) -> tuple[float, str] | None: ...
    @property
    def listens(self) -> bool: ...
    async def reserve(self) -> None: ...
    async def start(self) -> None: ...
    def refuse(self) -> None: ...
    async def stop(self, grace: float = 0.0) -> None: ...


class Calling(Protocol):
    """What makes calls by itself."""

    @property
    def complaint(self) -> str | None: ...
    def start(self) -> None: ...
    async def stop(self) -> None: ...


class Handling(Protocol):
    """An administrator's handlers of the switch's events."""

    async def start(self) -> None: ...
    async def reload(self) -> Collection[str]: ...
    async def stop(self) -> None: ...
    def tell(self, notice: Notice) -> None: ...


@dataclass(frozen=True, slots=True)
class Trunk:
    """The way outside."""

    name: str | None
    setting: str
    """Where it is named."""

    @property
    def complaint(self) -> str | None:
        """Why nobody outside can be called; None when they can."""
        if self.name is not None:
            return None
        return f"no {self.setting.rpartition('.')[2]} leads outside: name it as {self.setting} in telekit.yaml"


class Side:
    """Hold all of one switch, and start and end it in the right order."""

    def __init__(
        self,
        name: str,
        switch: LinkedSwitch,
        server: CallServer,
        link: Link,
        clock: Clock,
        *,
        where: str,
        listens_on: str,
        trunk: Trunk,
        back_within: timedelta,
        calling: Calling | None = None,
        fallback: Fallback | None = None,
        handling: Handling | None = None,
        hears: Callable[[SwitchEvent], object] = lambda event: None,
    ) -> None:
        """`where` is the link's other end, `listens_on` the address at which calls are taken.

        `back_within` is how soon after a start of telekit the dialplan sends those who wait.

        Without `calling`, the link itself makes calls. `hears` is told what happens before anybody else.
        """
        self.name = name
        self.switch = switch
        self.server = server
        self.trunk = trunk
        self.back_within = back_within
        self.handling = handling
        self._link = link
        self._calling = calling
        self._fallback = fallback
        self._listens_on = listens_on
        self._hears = hears
        self._vitals = LinkVitals(clock, f"the link to {name} at {where}")
        self._link.on_miss(self._vitals.miss)

    def examined(self, zone: Callable[[], tzinfo]) -> Mapping[str, Examine]:
        """Give what health looks at; it tells moments in that zone."""
        fallback: Mapping[str, Examine] = {"fallback": self._fallback.examine} if self._fallback is not None else {}
        return {
            "link": lambda: self._vitals.examine(zone()),
            "answers": lambda: self._vitals.examine_answers(self.name, self._link.round_trip),
            "calls": lambda: examine_calls(
                listens=self.server.listens,
                where=f"{self._listens_on}:{self.server.port}",
                calls=len(self.server.led),
                turned_away=self.server.turned_away,
            ),
            **fallback,
        }

    async def start(self, tell: Callable[[SwitchEvent], None], insist: Insist) -> None:
        """Connect, tell what is alive, and keep connected."""
        await self.switch.start(partial(self._hear, tell), insist=insist)

    def on_miss(self, callback: Callable[[LinkError | SwitchError], object]) -> None:
        """Call this with the reason each time the link could not be brought up."""
        self._link.on_miss(callback)

    async def stop(self) -> None:
        """Close the links."""
        async with AsyncExitStack() as last_to_first:
            last_to_first.push_async_callback(self.switch.stop)
            if self._calling is not None:
                last_to_first.push_async_callback(self._calling.stop)
            if self.handling is not None:
                last_to_first.push_async_callback(self.handling.stop)

    def be_ready_to_call(self) -> None:
        """Bring up what makes calls; nobody waits for it."""
        if self._calling is not None:
            self._calling.start()

    def why_no_calls(self) -> str | None:
        """Say why nobody can be called back; None when they can."""
        return (self._calling.complaint if self._calling is not None else None) or self.trunk.complaint

    async def warnings(self) -> Sequence[str]:
        """Say what an administrator should mend, though calls are led."""
        try:
            complaint = await self._fallback.complaint() if self._fallback is not None else None
        except LinkError:
            return ()  # that it is down is told anyway
        return (complaint,) if complaint else ()

    def _hear(self, tell: Callable[[SwitchEvent], None], event: SwitchEvent) -> None:
        self._hears(event)
        self._vitals.hear(event)
        tell(event)
