"""Callers from outside, on a real Asterisk."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.lab import accounts
from tests.lab.asterisk import Asterisk
from tests.lab.callers import Caller
from tests.lab.tree import Tree

pytestmark = pytest.mark.asyncio(loop_scope="module")

CONFIG = {
    "pjsip.conf": accounts.trunk(),
    "extensions.conf": r"""
[from-carrier]
exten => ring,1,Ringing()
 same => n,Wait(30)
exten => answer,1,Answer()
 same => n,Wait(30)
exten => goodbye,1,Answer()
 same => n,Hangup(16)
exten => busy,1,Hangup(17)
exten => early,1,Progress()
 same => n,Playtones(1000)
 same => n,Wait(30)
exten => echo,1,Answer()
 same => n,Echo()
exten => keys,1,Answer()
 same => n,Read(KEYS,,3)
 same => n,Log(NOTICE,the keys were ${KEYS})
exten => who,1,Log(NOTICE,the caller is <${CALLERID(num)}> <${CALLERID(name)}> ${CALLERID(num-pres)})
exten => _[!-~].,1,Log(NOTICE,dialled is <${EXTEN}>)
 same => n,Hangup(21)
""",
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def asterisk(asterisk_prefix: Tree, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Asterisk]:
    async with Asterisk(tmp_path_factory.mktemp("asterisk"), asterisk_prefix, CONFIG) as running:
        yield running


async def test_it_hears_that_it_rings_and_gives_up(asterisk: Asterisk) -> None:
    async with Caller(asterisk, "ring") as caller:
        await caller.ringing()
        end = await caller.hang_up()
        assert (end.by, end.status, end.words) == ("caller", 487, "Request Terminated")


async def test_it_is_answered_and_hangs_up(asterisk: Asterisk) -> None:
    async with Caller(asterisk, "answer") as caller:
        await caller.answered()
        end = await caller.hang_up()
        assert (end.by, end.status) == ("caller", 200)
    await asterisk.shows("core show channels count", "0 active channels")


async def test_it_is_answered_and_the_other_side_hangs_up(asterisk: Asterisk) -> None:
    async with Caller(asterisk, "goodbye") as caller:
        end = await caller.ended()
        assert caller.answered_at
        assert caller.answered_at < end.at
        assert (end.by, end.cause) == ("callee", "Q.850;cause=16")


async def test_it_is_refused(asterisk: Asterisk) -> None:
    async with Caller(asterisk, "busy") as caller:
        end = await caller.ended()
        assert (end.by, end.status, end.words, end.cause) == ("callee", 486, "Busy Here", "Q.850;cause=17")


async def test_it_hears_before_it_is_answered(asterisk: Asterisk) -> None:
    async with Caller(asterisk, "early") as caller:
        await caller.hears(1000)
        assert caller.answered_at is None


async def test_it_hears_its_own_echo(asterisk: Asterisk) -> None:
    async with Caller(asterisk, "echo", hertz=600) as caller:
        await caller.hears(600)


async def test_a_tone_that_is_not_there_is_not_heard(asterisk: Asterisk) -> None:
    async with Caller(asterisk, "echo", hertz=600) as caller:
        await caller.hears(600)
        with pytest.raises(AssertionError, match="heard no tone of 1000 Hz"):
            await caller.hears(1000, within=0.5)


async def test_it_presses_keys(asterisk: Asterisk) -> None:
    async with Caller(asterisk, "keys") as caller:
        await caller.answered()
        await caller.press("42*")
        await caller.ended()
    await asterisk.logs("the keys were 42*")


async def test_its_number_and_name_are_shown(asterisk: Asterisk) -> None:
    async with Caller(asterisk, "who", "+33199007788", name="Zoé") as caller:
        await caller.ended()
    await asterisk.logs("the caller is <+33199007788> <Zoé> allowed")


async def test_it_hides_its_number(asterisk: Asterisk) -> None:
    async with Caller(asterisk, "who", number=None) as caller:
        await caller.ended()
    await asterisk.logs("the caller is <anonymous> <Anonymous>")


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        ("a;b", "a;b"),
        ("12%2234", '12"34'),
        ("$%7BHASH%7D", "${HASH}"),
        ("a%0D%0Ab", "a\r\nb"),
        ("[len]1", None),
        ("1\r\nX-Header: y", None),
    ],
)
async def test_what_it_dials_is_sent_as_it_is(asterisk: Asterisk, sent: str, seen: str | None) -> None:
    before = len(asterisk.log)
    async with Caller(asterisk, sent) as caller:
        if seen is None:  # no SIP address, so Asterisk drops it
            await asterisk.logs("PJSIP syntax error", after=before)
        else:
            assert (await caller.ended()).status == 403
            await asterisk.logs(f"dialled is <{seen}>", after=before)


async def test_what_did_not_happen_is_told(asterisk: Asterisk) -> None:
    async with Caller(asterisk, "ring") as caller:
        with pytest.raises(AssertionError, match="saw calling, trying, ringing, not an answer"):
            await caller.answered(within=0.2)


async def test_many_call_at_once(asterisk: Asterisk) -> None:
    callers = [Caller(asterisk, "answer", f"+3319900{number:04}") for number in range(20)]
    try:
        for caller in callers:
            await caller.dial()
        for caller in callers:
            await caller.answered()
    finally:
        for caller in callers:
            await caller.close()
    assert {caller.end.by for caller in callers if caller.end} == {"caller"}
