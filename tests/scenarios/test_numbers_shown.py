"""Whose number who sees: callers never an agent's, nobody outside a caller's, but one that the company owns."""

import re
from collections.abc import Iterable

import pytest

from tests.lab.callers import Caller
from tests.lab.desk_phone import DeskPhone
from tests.lab.outside import Outside
from tests.lab.service import Service
from tests.lab.sip import Message
from tests.scenarios.rules import NUMBER, RULES, only

MOBILE = "+33199005512"
CALLER = "+33199007788"
AT_A_NUMBER = only("amina").replace("phone: sip:amina", f"phone: tel:{MOBILE}")
SHOWS = ("From", "P-Asserted-Identity", "Remote-Party-ID", "Contact", "Diversion", "History-Info", "Referred-By")


def lead_outside(kit: Service) -> None:
    kit.lead_outside()
    kit.let_call_outside(MOBILE, shown=NUMBER)


def shown(messages: Iterable[Message], *own: str) -> str:
    """Give everything by which messages tell who is there; headers that only echo the reader's `own` are left out."""
    told = [value for one in messages for name in SHOWS for value in one.all(name)]
    told += [one.get("To") for one in messages if one.status]
    told += [line for one in messages for line in re.findall(r"^[os]=.*$", one.body, re.MULTILINE)]
    return "\n".join(line for line in told if not any(mine in line for mine in own))


@pytest.mark.parametrize(
    ("settings", "number"), [("", NUMBER), ("  number: +33199000000\n", "+33199000000")], ids=["dialled", "set"]
)
async def test_an_agent_at_a_number_sees_one_of_the_companys_and_is_seen_by_nobody(
    installed, settings: str, number: str
) -> None:
    kit = await installed(AT_A_NUMBER, settings=settings, before=lead_outside)
    async with Outside(kit.switch) as mobile, Caller(kit.switch, NUMBER, CALLER, name="Zoe") as caller:
        call = await mobile.rings()
        assert call.caller == number
        await mobile.answer()
        await mobile.talks()
        await kit.plays("telekit/confirm-call")
        mobile.press("1")
        await caller.hears(1300)
        await mobile.hang_up()
        await caller.ended()
        assert CALLER not in shown(mobile.heard)
        assert "Zoe" not in shown(mobile.heard)
        assert MOBILE not in shown(caller.messages)
        assert "Amina" not in shown(caller.messages)


async def test_of_several_who_ring_at_once_the_one_at_a_number_sees_one_of_the_companys(installed) -> None:
    rules = AT_A_NUMBER.replace("strategy: fixed", "strategy: ring-all")
    kit = await installed(rules, before=lead_outside)
    async with Outside(kit.switch) as mobile, Caller(kit.switch, NUMBER, CALLER) as caller:
        assert (await mobile.rings()).caller == NUMBER
        await mobile.answer()
        await kit.plays("telekit/confirm-call")
        mobile.press("1")
        await caller.hears(1300)
        await caller.hang_up()
        assert CALLER not in shown(mobile.heard)
        assert MOBILE not in shown(caller.messages)


async def test_a_phone_at_home_shows_the_caller_and_is_not_shown(installed) -> None:
    kit = await installed(only("amina"))
    phone = DeskPhone(kit.switch, "amina", "amina-password", address="127.0.0.11")
    async with phone as amina, Caller(kit.switch, NUMBER, CALLER) as caller:
        assert (await amina.rings()).caller == CALLER
        await amina.answer()
        await caller.hears(1000)
        await amina.hold()
        await amina.resume()
        await amina.hang_up()
        await caller.ended()
        assert "amina" not in shown(caller.messages).lower()


async def test_a_phone_that_sends_the_call_elsewhere_is_not_obeyed(installed) -> None:
    kit = await installed(only("amina", "luc"), before=lead_outside)
    first, second = (
        DeskPhone(kit.switch, name, f"{name}-password", address=f"127.0.0.1{number}")
        for number, name in ((1, "amina"), (2, "luc"))
    )
    async with first as amina, second as luc, Outside(kit.switch) as mobile:
        async with Caller(kit.switch, NUMBER, CALLER) as caller:
            await amina.rings()
            await amina.reject(status=302, contact=f"sip:{MOBILE}@127.0.0.1")
            await luc.rings()
            await luc.answer()
            await caller.answered()
            await caller.hang_up()
            assert MOBILE not in shown(caller.messages)
        assert mobile.calls == []


async def test_a_caller_passed_on_to_a_number_sees_nothing_of_it_and_is_not_seen_there(installed) -> None:
    kit = await installed(only("amina"), before=lead_outside)
    phone = DeskPhone(kit.switch, "amina", "amina-password", address="127.0.0.11")
    async with phone as amina, Outside(kit.switch) as mobile, Caller(kit.switch, NUMBER, CALLER) as caller:
        await amina.rings()
        await amina.answer()
        await caller.answered()
        await kit.fact("joined", agent="amina")  # before it is joined with the caller's, a leg cannot be passed on
        await amina.transfer(MOBILE)
        assert (await mobile.rings()).caller == NUMBER
        await mobile.answer()
        await caller.hears(1300)
        await mobile.hang_up()
        await caller.ended()
        assert CALLER not in shown(mobile.heard)
        assert MOBILE not in shown(caller.messages)
        assert "amina" not in shown(caller.messages).lower()


async def test_the_last_missed_call_is_told_and_called_back_from_the_companys_number(installed) -> None:
    kit = await installed(RULES.replace("name: Amina", "language: fr, name: Amina"), before=lead_outside)
    phone = DeskPhone(kit.switch, "amina", "amina-password", address="127.0.0.11")
    async with phone as amina, Outside(kit.switch) as caller_again:
        async with Caller(kit.switch, NUMBER, CALLER):
            await amina.rings()
            await amina.reject()
            await kit.fact("offer-ended", agent="amina")
        await kit.end()
        await kit.serve()  # a restart costs nobody the number, nor does it end a skip
        await kit.presence("amina", "paused")
        dialog = await amina.dial("*78")
        await amina.talks_to(dialog)
        await kit.plays("telekit/call-back", language="fr")
        said = [prompt.removeprefix("digits/") for prompt in kit.played("fr") if prompt.startswith("digits/")]
        assert "".join(said) == CALLER.lstrip("+")
        amina.press("1")
        call = await caller_again.rings()
        assert call.caller == NUMBER
        assert "amina" not in shown(caller_again.heard).lower()
        await caller_again.answer()
        await caller_again.talks()
        assert kit.facts("presence")[-1].details["now"] in ("paused", "on-call")


async def test_a_missed_call_without_a_number_is_told_as_such(installed) -> None:
    kit = await installed(only("amina"))
    phone = DeskPhone(kit.switch, "amina", "amina-password", address="127.0.0.11")
    async with phone as amina:
        await amina.talks_to(await amina.dial("*78"))
        await kit.plays("telekit/no-missed-call")
        async with Caller(kit.switch, NUMBER, None):
            await amina.rings()
            await amina.reject()
            await kit.fact("offer-ended", agent="amina")
        await amina.talks_to(await amina.dial("*78"))
        await kit.plays("telekit/missed-withheld")
