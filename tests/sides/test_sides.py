"""Several switches beside one telekit, started and ended together."""

import asyncio
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from telekit.pbx.whereabouts import Whereabouts
from telekit.sides.side import Side, Trunk
from telekit.sides.sides import Sides


class Server:
    """Ends as soon as that of the other ends too."""

    def __init__(self, together: asyncio.Barrier) -> None:
        self._together = together

    async def stop(self, grace: float = 0.0) -> None:
        try:
            await self._together.wait()
        except asyncio.CancelledError:
            await self._together.abort()  # the other waits in vain too
            raise


def test_of_two_switches_those_who_wait_are_given_the_time_of_the_slower() -> None:
    server = Server(asyncio.Barrier(1))
    fast, slow = (
        side(name, server, timedelta(seconds=within)) for name, within in (("Asterisk", 1.5), ("FreeSWITCH", 2.5))
    )
    assert Sides([fast], Whereabouts({}), now).back_within == timedelta(seconds=1.5)
    assert Sides([fast, slow], Whereabouts({}), now).back_within == timedelta(seconds=2.5)


async def test_the_scripts_of_both_switches_have_the_same_time_to_end() -> None:
    together = asyncio.Barrier(2)
    sides = Sides([side(name, Server(together)) for name in ("Asterisk", "FreeSWITCH")], Whereabouts({}), now)
    async with asyncio.timeout(5):
        await sides.end_calls(1.0)


def now() -> datetime:
    return datetime.now(UTC)


def side(name: str, server: Server, back_within: timedelta = timedelta(0)) -> Side:
    nothing, trunk = object(), Trunk("carrier", "trunk")
    link = SimpleNamespace(on_miss=lambda callback: None)
    return Side(
        name,
        nothing,  # type: ignore[arg-type]
        server,  # type: ignore[arg-type]
        link,  # type: ignore[arg-type]
        now,
        where="there",
        listens_on="here",
        trunk=trunk,
        back_within=back_within,
    )
