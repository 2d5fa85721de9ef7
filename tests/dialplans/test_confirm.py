"""An agent who is rung at a number presses a key before the caller is joined."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from telekit.domain.names import OfferId
from telekit.domain.phone import Phone as AgentsPhone
from telekit.domain.phone import PhoneKind
from telekit.domain.queue import MissCause
from telekit.pbx.port import Call, Missed, OfferOutcome, Talked
from tests.dialplans.beside import NETWORK, asterisk_beside, home_phone, plan_of, rules_now, telekit
from tests.lab.asterisk import Asterisk
from tests.lab.callers import Caller
from tests.lab.phones import Phone
from tests.lab.tree import Tree

MOBILE = AgentsPhone(PhoneKind.TEL, "+33199005512")
OWN = {"pjsip.conf": NETWORK, "extensions.conf": f"[network]\nexten => {MOBILE.address},1,Dial(PJSIP/luc)\n"}


@dataclass(frozen=True, slots=True)
class Scene:
    """A caller whose call is offered to a mobile phone, which rings."""

    asterisk: Asterisk
    mobile: Phone
    caller: Caller
    outcomes: asyncio.Queue[OfferOutcome]


@pytest.fixture
async def scene(tmp_path: Path, asterisk_prefix: Tree) -> AsyncIterator[Scene]:
    """Ring a number; a phone at the other side of the network rings."""
    async with _scene(tmp_path, asterisk_prefix) as made:
        await made.mobile.rings()
        yield made


@asynccontextmanager
async def _scene(tmp_path: Path, tree: Tree) -> AsyncIterator[Scene]:
    outcomes = asyncio.Queue[OfferOutcome]()

    async def offer(call: Call) -> None:
        outcomes.put_nowait(await call.offer([MOBILE], ring=timedelta(seconds=20), offer=OfferId(f"{call.id}.1")))

    async with (
        telekit(trunk="network", route=offer),
        asterisk_beside(tmp_path / "asterisk", tree, plan_of(tmp_path, rules_now()), more=OWN) as asterisk,
        home_phone(asterisk, "luc", 1) as mobile,
        Caller(asterisk, "+33199001234") as caller,
    ):
        yield Scene(asterisk, mobile, caller, outcomes)


async def test_key_1_joins_the_caller(scene: Scene) -> None:
    await scene.mobile.answer()
    await scene.mobile.press("1")
    await scene.caller.answered()
    await scene.caller.hears(1000)
    await scene.mobile.hang_up()
    assert isinstance(await scene.outcomes.get(), Talked)


async def test_who_presses_another_key_three_times_is_not_joined(scene: Scene) -> None:
    await scene.mobile.answer()
    await scene.mobile.press("5")
    await scene.mobile.press("5")
    await scene.mobile.press("5")
    await scene.mobile.ended()
    assert await scene.outcomes.get() == Missed(MissCause.VOICEMAIL)
    assert scene.caller.answered_at is None


async def test_an_agent_who_hangs_up_without_a_key_has_not_talked(scene: Scene) -> None:
    await scene.mobile.answer()
    await scene.mobile.talks()
    await scene.mobile.hang_up()
    assert await scene.outcomes.get() == Missed(MissCause.VOICEMAIL)
    assert scene.caller.answered_at is None


async def test_nobody_is_joined_with_a_caller_who_has_hung_up_nor_asked_again_for_them(scene: Scene) -> None:
    await scene.mobile.answer()
    await scene.mobile.talks()
    await scene.caller.hang_up()
    await scene.mobile.press("5")
    await scene.mobile.ended()
    assert scene.asterisk.log.count("Playing 'telekit/confirm-call") == 1
    assert "Channel PJSIP/carrier-00000000 joined" not in scene.asterisk.log
