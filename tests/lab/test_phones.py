"""Home phones on a real Asterisk."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.lab import accounts
from tests.lab.asterisk import Asterisk
from tests.lab.callers import Caller
from tests.lab.phones import Phone
from tests.lab.tree import Tree

pytestmark = pytest.mark.asyncio(loop_scope="module")

CONFIG = {
    "pjsip.conf": accounts.trunk()
    + accounts.phone("amina", "pass-of-amina")
    + accounts.phone("luc", "pass-of-luc", tls=True),
    "extensions.conf": """
[from-carrier]
exten => amina,1,Dial(PJSIP/amina,10)
exten => luc,1,Dial(PJSIP/luc,10)
exten => both,1,Dial(PJSIP/amina&PJSIP/luc,10)
""",
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def asterisk(asterisk_prefix: Tree, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Asterisk]:
    async with Asterisk(tmp_path_factory.mktemp("asterisk"), asterisk_prefix, CONFIG) as running:
        yield running


def amina(asterisk: Asterisk, password: str = "pass-of-amina") -> Phone:
    return Phone(asterisk, "amina", password, address="127.0.0.11", hertz=1000)


def luc(asterisk: Asterisk) -> Phone:
    return Phone(asterisk, "luc", "pass-of-luc", address="127.0.0.12", tls=True, hertz=1300)


async def contacts(asterisk: Asterisk) -> str:
    return await asterisk.cli("pjsip show contacts")


async def test_a_phone_with_its_password_is_registered(asterisk: Asterisk) -> None:
    async with amina(asterisk):
        assert "amina" in await contacts(asterisk)


async def test_a_phone_with_a_wrong_password_is_refused(asterisk: Asterisk) -> None:
    phone = amina(asterisk, password="guessed")
    await phone.start()
    try:
        await phone.register()
        assert "401" in await phone.refused()
        assert "amina" not in await contacts(asterisk)
    finally:
        await phone.stop()


async def test_a_phone_unregisters_and_comes_back(asterisk: Asterisk) -> None:
    async with amina(asterisk) as phone:
        await phone.unregister()
        async with Caller(asterisk, "amina") as caller:
            assert (await caller.ended()).status == 503
        assert phone.calls == []

        await phone.register()
        await phone.registered()
        async with Caller(asterisk, "amina"):
            await phone.rings()


async def test_a_call_rings_is_answered_and_ended_by_its_caller(asterisk: Asterisk) -> None:
    async with amina(asterisk) as phone, Caller(asterisk, "amina", "+33199007788", name="Zoé") as caller:
        call = await phone.rings()
        assert (call.caller, call.caller_name) == ("+33199007788", "Zoé")
        await caller.ringing()
        assert caller.answered_at is None
        await phone.answer()
        await caller.answered()
        await phone.talks()
        end = await caller.hang_up()
        assert (end.by, end.status) == ("caller", 200)
        await phone.ended()


async def test_both_sides_hear_each_other(asterisk: Asterisk) -> None:
    async with amina(asterisk) as phone, Caller(asterisk, "amina", hertz=700) as caller:
        await phone.rings()
        await phone.answer()
        await caller.hears(1000)
        await phone.hears(700)


async def test_a_phone_hangs_up(asterisk: Asterisk) -> None:
    async with amina(asterisk) as phone, Caller(asterisk, "amina") as caller:
        await phone.rings()
        await phone.answer()
        await phone.talks()
        await phone.hang_up()
        assert (await caller.ended()).by == "callee"


async def test_a_phone_is_busy(asterisk: Asterisk) -> None:
    async with amina(asterisk) as phone, Caller(asterisk, "amina") as caller:
        await phone.rings()
        await phone.reject()
        assert (await caller.ended()).status == 486


async def test_a_caller_gives_up_while_it_rings(asterisk: Asterisk) -> None:
    async with amina(asterisk) as phone, Caller(asterisk, "amina") as caller:
        call = await phone.rings()
        end = await caller.hang_up()
        assert (end.by, end.status) == ("caller", 487)
        await phone.ended()
        assert call.answered_at is None


async def test_a_phone_holds_and_resumes(asterisk: Asterisk) -> None:
    async with amina(asterisk) as phone, Caller(asterisk, "amina") as caller:
        await phone.rings()
        await phone.answer()
        await caller.answered()
        await phone.talks()
        before = len(asterisk.log)
        await phone.hold()
        await asterisk.logs("Started music on hold", after=before)
        await phone.resume()
        await asterisk.logs("Stopped music on hold", after=before)


async def test_a_phone_over_tls_and_srtp_talks(asterisk: Asterisk) -> None:
    async with luc(asterisk) as phone, Caller(asterisk, "luc", hertz=700) as caller:
        call = await phone.rings()
        await phone.answer()
        await phone.talks()
        await caller.hears(1300)
        await phone.hears(700)
        assert call.encrypted


async def test_two_phones_ring_and_one_answers(asterisk: Asterisk) -> None:
    async with amina(asterisk) as first, luc(asterisk) as second, Caller(asterisk, "both") as caller:
        await first.rings()
        await second.rings()
        await second.answer()
        await caller.answered()
        await second.talks()
        assert (await first.ended()).answered_at is None


async def test_a_phone_that_answers_by_itself(asterisk: Asterisk) -> None:
    phone = Phone(asterisk, "amina", "pass-of-amina", address="127.0.0.11", answers=True)
    async with phone, Caller(asterisk, "amina") as caller:
        await caller.answered()


async def test_a_phone_without_power_tells_nobody(asterisk: Asterisk) -> None:
    async with amina(asterisk) as phone:
        await phone.cut_power()
        assert "amina" in await contacts(asterisk)


async def test_what_did_not_happen_is_told(asterisk: Asterisk) -> None:
    async with amina(asterisk) as phone:
        with pytest.raises(AssertionError, match=r"amina at 127\.0\.0\.11 \(registered\) saw no call"):
            await phone.rings(within=0.1)
