"""What is told of a FreeSWITCH that a test plays, and what it is asked."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from telekit.domain.names import LegId
from telekit.domain.phone import Phone, PhoneKind
from telekit.pbx.backoff import Backoff
from telekit.pbx.freeswitch.channels import EVENTS
from telekit.pbx.freeswitch.esl.link import Link
from telekit.pbx.freeswitch.switch import FreeSwitchSwitch
from telekit.pbx.port import LinkUp, PhoneState, SwitchEvent
from tests.pbx.freeswitch.peer import Connection, Peer, answer

AT_ONCE = Backoff(timedelta(0), timedelta(0), timedelta(0))
AMINA, LUC = (Phone(PhoneKind.SIP, name) for name in ("amina", "luc"))
HOME = "home.example"
KILL = "api uuid_kill"


def shows(*accounts: str, asked: list[str] | None = None) -> Callable[[Connection], None]:
    """Be a FreeSWITCH without calls at which these phones are registered; asked to end a leg, it goes away."""
    registrations = json.dumps({"rows": [{"reg_user": account, "realm": HOME} for account in accounts]})

    def script(peer: Connection) -> None:
        peer.let_in()
        command = ""
        while not command.startswith(KILL) and (command := peer.command()):
            peer.send(answer(registrations if "registrations" in command else "{}"))
        if asked is not None:
            asked.append(command)

    return script


@asynccontextmanager
async def beside(
    *scripts: Callable[[Connection], None],
) -> AsyncIterator[tuple[FreeSwitchSwitch, Callable[[], Awaitable[set[PhoneState]]]]]:
    """Give the switch beside such FreeSWITCHes, one after the other, and what waits for all phones that each shows."""
    peer = Peer()
    ups: asyncio.Queue[LinkUp] = asyncio.Queue()

    def hear(event: SwitchEvent) -> None:
        if isinstance(event, LinkUp):
            ups.put_nowait(event)

    async def phones() -> set[PhoneState]:
        return set((await ups.get()).survey.phones)

    with peer.running(*scripts):
        switch = FreeSwitchSwitch(Link(peer.account, EVENTS, backoff=AT_ONCE), HOME, lambda: datetime.now(UTC))
        try:
            await switch.start(hear)
            yield switch, phones
        finally:
            await switch.stop()


async def test_who_has_unregistered_while_the_link_was_down_is_told_of() -> None:
    async with beside(shows("amina", "luc"), shows("luc")) as (switch, phones):
        assert await phones() == {PhoneState(AMINA, True, False), PhoneState(LUC, True, False)}
        await switch.hang_up(LegId("leg"))
        assert await phones() == {PhoneState(AMINA, False, False), PhoneState(LUC, True, False)}


async def test_a_leg_that_telekit_ends_has_a_cause_that_no_phone_gives() -> None:
    asked: list[str] = []
    async with beside(shows(asked=asked), shows()) as (switch, phones):
        await phones()
        await switch.hang_up(LegId("leg"))
        await phones()
    assert asked == [f"{KILL} leg MANAGER_REQUEST"]
