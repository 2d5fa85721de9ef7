"""Phones with odd answers, on a real Asterisk."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.lab import accounts
from tests.lab.asterisk import Asterisk
from tests.lab.callers import Caller
from tests.lab.scripted_phones import RegistrationRefused, ScriptedPhone
from tests.lab.tree import Tree

pytestmark = pytest.mark.asyncio(loop_scope="module")

CONFIG = {
    "pjsip.conf": accounts.trunk() + accounts.phone("amina", "pass-of-amina", qualify=60),
    "extensions.conf": "[from-carrier]\nexten => amina,1,Dial(PJSIP/amina,10)\n",
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def asterisk(asterisk_prefix: Tree, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Asterisk]:
    async with Asterisk(tmp_path_factory.mktemp("asterisk"), asterisk_prefix, CONFIG) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def phone(asterisk: Asterisk) -> AsyncIterator[ScriptedPhone]:
    async with ScriptedPhone(asterisk, "amina", "pass-of-amina", address="127.0.0.21", hertz=1000) as registered:
        yield registered


async def test_it_declines(asterisk: Asterisk, phone: ScriptedPhone) -> None:
    async with Caller(asterisk, "amina", "+33199007788", name="Zoé") as caller:
        call = await phone.rings()
        assert (call.caller, call.caller_name) == ("+33199007788", "Zoé")
        await phone.reject()
        assert (await phone.ended()).why == "603 Decline"
        assert (await caller.ended()).status == 503  # what Asterisk makes of a 603


async def test_it_answers_and_hangs_up(asterisk: Asterisk, phone: ScriptedPhone) -> None:
    async with Caller(asterisk, "amina") as caller:
        await phone.rings()
        await phone.answer()
        await caller.answered()
        await caller.hears(1000)
        await phone.talks()
        await phone.hang_up()
        assert (await caller.ended()).by == "callee"
        assert (await phone.ended()).why == "hung up here"


async def test_its_caller_hangs_up(asterisk: Asterisk, phone: ScriptedPhone) -> None:
    async with Caller(asterisk, "amina") as caller:
        await phone.rings()
        await phone.answer()
        await caller.answered()
        await caller.hang_up()
        assert (await phone.ended()).why == "hung up there"


async def test_its_caller_gives_up(asterisk: Asterisk, phone: ScriptedPhone) -> None:
    async with Caller(asterisk, "amina") as caller:
        await phone.rings()
        await caller.hang_up()
        assert (await phone.ended()).why == "cancelled"


async def test_two_calls_ring_it_at_once(asterisk: Asterisk, phone: ScriptedPhone) -> None:
    async with Caller(asterisk, "amina", "+33199000001") as first, Caller(asterisk, "amina", "+33199000002") as second:
        one, two = await phone.rings(), await phone.rings()
        await phone.reject(one, 486)
        await phone.answer(two)
        refused, joined = (first, second) if one.caller == "+33199000001" else (second, first)
        assert (await refused.ended()).status == 486
        await joined.answered()


async def test_it_unregisters(asterisk: Asterisk, phone: ScriptedPhone) -> None:
    await phone.unregister()
    assert "amina" not in await asterisk.cli("pjsip show contacts")


async def test_it_answers_when_asterisk_asks_whether_it_is_there(asterisk: Asterisk, phone: ScriptedPhone) -> None:
    await asterisk.shows("pjsip show contacts", "Avail")


async def test_a_wrong_password_is_told(asterisk: Asterisk) -> None:
    with pytest.raises(RegistrationRefused, match="amina was not registered"):
        await ScriptedPhone(asterisk, "amina", "guessed", address="127.0.0.22").start()
