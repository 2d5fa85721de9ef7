"""Before joining, the agent hears which queue calls and how long the caller has waited."""

from tests.lab.callers import Caller
from tests.lab.outside import Outside
from tests.scenarios.rules import NUMBER, only

RINGING = 440
"""Hertz, of a switch that lets the sound of it be heard."""
WHISPER = "whisper: {say: welcome, wait: true}"
RULES = only("amina").replace("strategy: fixed\n", f"strategy: fixed\n    {WHISPER}\n", 1)
IN_FRENCH = RULES.replace("name: Amina", "language: fr, name: Amina")


async def test_the_agent_hears_the_whisper_before_sound_flows_and_the_caller_goes_on_hearing_ringing(installed) -> None:
    kit = await installed(IN_FRENCH)
    async with kit.phone("amina", 1) as amina, kit.free("amina"), Caller(kit.switch, NUMBER) as caller:
        await amina.rings()
        await amina.answer()
        await kit.plays("telekit/waited-under-a-minute", language="fr")
        assert caller.answered_at is None
        assert kit.facts("joined") == []
        if caller.ringing_at is None:
            await caller.hears(RINGING)
        await caller.hears(1000)
        await kit.fact("joined", agent="amina")
        assert kit.played("fr") == ["telekit/welcome", "telekit/waited-under-a-minute"]
        assert kit.played("en") == [], "the caller has heard none of it"
        await amina.hang_up()
        await caller.ended()
        await kit.fact("finished", agent="amina")


async def test_the_callers_name_is_spelled_to_the_agent_and_only_to_the_agent(installed) -> None:
    kit = await installed(IN_FRENCH.replace("wait: true", "name: true"))
    async with kit.phone("amina", 1) as amina, kit.free("amina"), Caller(kit.switch, NUMBER, name="Zoé x$") as caller:
        await amina.rings()
        await amina.answer()
        await caller.hears(1000)
        assert kit.played("fr") == ["telekit/welcome", *(f"letters/{letter}" for letter in "zoex")]
        assert kit.played("en") == [], "the caller has heard none of it"
        await caller.hang_up()


async def test_a_caller_who_hangs_up_during_the_whisper_is_not_joined(installed) -> None:
    kit = await installed(RULES)
    async with kit.phone("amina", 1) as amina, kit.free("amina"), Caller(kit.switch, NUMBER) as caller:
        await amina.rings()
        await amina.answer()
        await kit.plays("telekit/welcome")
        await caller.hang_up()
        await amina.ended()
        await kit.fact("abandoned")
        await kit.presence("amina", "available")
        assert kit.facts("joined", "finished") == []


async def test_an_agent_who_hangs_up_during_the_whisper_has_declined(installed) -> None:
    """Pain 17: elsewhere who answers and hangs up before the caller is joined takes the caller along."""
    kit = await installed(RULES)
    async with kit.phone("amina", 1) as amina, kit.free("amina"), Caller(kit.switch, NUMBER) as caller:
        await amina.rings()
        await amina.answer()
        await kit.plays("telekit/welcome")
        await amina.hang_up()
        ended = await kit.fact("offer-ended", agent="amina")
        assert ended.details["cause"] == "rejected"
        assert caller.end is None
        await caller.hang_up()


async def test_at_a_number_the_whisper_comes_before_the_question_for_the_key(installed) -> None:
    rules = IN_FRENCH.replace("phone: sip:amina", "phone: tel:+33199005512")
    kit = await installed(rules, before=lambda kit: kit.lead_outside())
    async with Outside(kit.switch) as mobile, Caller(kit.switch, NUMBER) as caller:
        await mobile.rings()
        await mobile.answer()
        await kit.plays("telekit/confirm-call")
        mobile.press("1")
        await caller.hears(1300)
        assert kit.played("fr")[:3] == ["telekit/welcome", "telekit/waited-under-a-minute", "telekit/confirm-call"]
        await caller.hang_up()


async def test_of_several_who_ring_at_once_the_one_who_answers_hears_the_whisper(installed) -> None:
    rules = IN_FRENCH.replace("strategy: fixed", "strategy: ring-all").replace("[rarely]", "[always]")
    kit = await installed(rules)
    async with (
        kit.phone("amina", 1) as amina,
        kit.phone("luc", 2) as luc,
        kit.free("amina", "luc"),
        Caller(kit.switch, NUMBER) as caller,
    ):
        await luc.rings()
        await amina.rings()
        await amina.answer()
        await luc.ended()
        await kit.plays("telekit/welcome", language="fr")
        assert caller.answered_at is None
        await caller.hears(1000)
        await kit.fact("joined", agent="amina")
        await caller.hang_up()
