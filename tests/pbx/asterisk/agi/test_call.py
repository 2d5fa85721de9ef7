"""The verbs of a call script, as Asterisk hears and answers them."""

import asyncio
from datetime import timedelta

import pytest

from telekit.domain.phone import Phone, PhoneKind
from telekit.domain.queue import MissCause
from telekit.errors import CallerGone
from telekit.pbx.asterisk.agi.dial import RESULT
from telekit.pbx.port import Call, Missed, OfferOutcome, Talked
from tests.pbx.asterisk.agi.conftest import Switchboard

AMINA = Phone(PhoneKind.SIP, "amina")
LUC = Phone(PhoneKind.TEL, "+33199005512")
RING = timedelta(seconds=20)


async def outcome_of(switchboard: Switchboard, status: str, *, exec_result: str = "0") -> OfferOutcome | BaseException:
    """Offer a call to amina and let Dial's variables read `status`."""
    told: asyncio.Future[OfferOutcome | BaseException] = asyncio.get_running_loop().create_future()

    async def script(call: Call) -> None:
        try:
            told.set_result(await call.offer([AMINA], ring=RING))
        except CallerGone as gone:
            told.set_result(gone)

    asterisk = await switchboard.call(script)
    await asterisk.does(f"200 result={exec_result}", "EXEC", "Dial", "PJSIP/amina,20,giI")
    await asterisk.does(f"200 result=1 ({status})", "GET", "FULL", "VARIABLE", RESULT)
    return await told


@pytest.mark.parametrize(
    ("status", "cause"),
    [
        ("BUSY|17||120||", MissCause.BUSY),
        ("CHANUNAVAIL|21||120||", MissCause.REJECTED),
        ("NOANSWER|0||120||", MissCause.NO_ANSWER),
        ("CHANUNAVAIL|20||||", MissCause.UNREACHABLE),
        ("CONGESTION|34||||", MissCause.UNREACHABLE),
        ("NOANSWER|19||||", MissCause.REJECTED),
    ],
)
async def test_a_missed_offer_says_why(switchboard: Switchboard, status: str, cause: MissCause) -> None:
    assert await outcome_of(switchboard, status) == Missed(cause)


async def test_an_answered_offer_is_a_conversation(switchboard: Switchboard) -> None:
    outcome = await outcome_of(switchboard, "ANSWER|16|0|120||", exec_result="-1")
    assert outcome == Talked(timedelta(0))


async def test_a_caller_who_leaves_while_it_rings_is_gone(switchboard: Switchboard) -> None:
    assert isinstance(await outcome_of(switchboard, "CANCEL|0||120||", exec_result="-1"), CallerGone)
