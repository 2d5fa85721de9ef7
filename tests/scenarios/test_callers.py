"""What callers do and send."""

import re
from pathlib import Path

import pytest

from tests.lab.callers import Caller
from tests.scenarios.rules import NUMBER, only


async def test_a_caller_who_hangs_up_while_a_phone_rings_stops_the_ringing(installed) -> None:
    kit = await installed()
    async with kit.phone("amina", 1) as amina, Caller(kit.switch, NUMBER) as caller:
        await amina.rings()
        await caller.hang_up()
        await amina.ended()
        await kit.fact("abandoned", queue="billing")
        await kit.presence("amina", "available")


async def test_a_caller_who_hangs_up_while_waiting_frees_the_line_at_once(installed) -> None:
    kit = await installed(only("amina"))
    async with kit.phone("amina", 1, answers=True) as amina, kit.free("amina"), Caller(kit.switch, NUMBER) as first:
        await amina.rings()
        await amina.talks()
        async with Caller(kit.switch, NUMBER, "+33199007701") as second:
            await kit.fact("queued")
            await second.answered()
            await second.hang_up()
            await kit.fact("abandoned")
        await first.hang_up()
        await kit.presence("amina", "available")
        assert len(amina.calls) == 1


async def test_an_anonymous_caller_is_served_as_everybody(installed) -> None:
    kit = await installed()
    async with kit.phone("amina", 1, answers=True) as amina, Caller(kit.switch, NUMBER, None) as caller:
        await amina.rings()
        await kit.talk(amina)
        await caller.hang_up()
        await kit.fact("finished", agent="amina")
        assert kit.facts("call-arrived")[0].details["caller"] is None


ODD = {
    "letters": "+33199007788abc",
    "a quote": "+331%229900%227788",
    "a semicolon": "+33199%3B007788",
    "a dialplan expression": "%24%7BSHELL(touch%20/tmp/telekit-was-here)%7D",
    "CR and LF": "+33%0D%0A199007788",
    "a manager action": "+33199007788%0D%0A%0D%0AAction:%20Originate",
    "a second phone": "&PJSIP/nora",
    "SQL": "'%3B%20drop%20table%20facts%3B%20--",
    "control characters": "%01%1B%5B31m",
}
"""Written as SIP allows: escaped where a character has a meaning in an address."""


@pytest.mark.parametrize("number", ODD.values(), ids=ODD)
async def test_a_number_that_is_no_number_is_harmless(installed, number: str) -> None:
    kit = await installed()
    async with (
        kit.phone("amina", 1, answers=True) as amina,
        kit.phone("nora", 3) as nora,
        Caller(kit.switch, NUMBER, number, name="${HANGUP()}; Ève d'Été") as caller,
    ):
        await amina.rings()
        await kit.talk(amina)
        await caller.hang_up()
        await kit.fact("finished", agent="amina")
        told = kit.facts("call-arrived")[0].details
        said = f"{told['caller']} {told['name']}"
        assert said.isprintable()
        assert not re.search(r'[${}";&]', said), said
        assert nora.calls == []
        assert not Path("/tmp/telekit-was-here").exists()
        assert not re.search(r"ERROR|Traceback", kit.log)


RAW = ['+331"9900"7788', "${SHELL(id)}", "+33\r\n199007788", "\x00\x1b[31m"]
"""Not what SIP allows: a switch may refuse it, or ring for it."""


async def test_after_broken_numbers_the_next_caller_is_served(installed) -> None:
    kit = await installed()
    async with kit.phone("amina", 1) as amina:
        for number in RAW:
            async with Caller(kit.switch, NUMBER, number):
                pass  # gone without a word
        async with Caller(kit.switch, NUMBER, "+33199007799") as caller:
            while (await amina.rings()).caller != "+33199007799":
                await amina.answer()
                await kit.talk(amina)
                await amina.hang_up()
            await amina.answer()
            await kit.talk(amina)
            await caller.hang_up()
        assert not re.search(r"ERROR|Traceback", kit.log)


async def test_what_is_no_digit_of_a_dialled_number_is_dropped(installed) -> None:
    await is_dropped(installed, "%27%3B$%7BEXTEN%7D")


async def test_a_quote_in_a_dialled_number_is_dropped(installed) -> None:
    await is_dropped(installed, "%22%3B$%7BEXTEN%7D")


async def is_dropped(installed, odd: str) -> None:
    kit = await installed()
    async with kit.phone("amina", 1) as amina, Caller(kit.switch, f"{NUMBER}{odd}") as caller:
        await amina.rings()
        await caller.hang_up()
    assert (await kit.fact("call-arrived")).details["dialed"] == NUMBER


@pytest.mark.parametrize("dialled", ["%0D%0AAction:%20x", "_X.", "%24%7BSHELL(id)%7D"])
async def test_a_dialled_number_without_digits_is_refused(installed, dialled: str) -> None:
    kit = await installed()
    async with Caller(kit.switch, dialled) as caller:
        assert (await caller.ended()).status == 404
    assert not re.search(r"ERROR|Traceback", kit.log)
