"""Each cause for which a caller is sent on leads to each place: a queue, a number, a menu, voicemail.

An overflow may also offer a callback, to a caller who waits on meanwhile.
"""

from contextlib import AsyncExitStack

import pytest

from tests.lab.callers import Caller
from tests.lab.outside import Outside

OUTSIDE = "+33199005500"
PLACES = {
    "queue": "{queue: technical}",
    "number": f"{{number: {OUTSIDE}, ring: 10s}}",
    "menu": "{menu: stay}",
    "voicemail": "voicemail",
}
CALLBACK = "callback"
NUMBERS = {place: f"+3319900124{number}" for number, place in enumerate((*PLACES, CALLBACK))}
CAUSES = {
    "exit": "steps: [{{after: 1s, go: {place}}}]",
    "overflow, by length": "overflow: [{{waiting: 1, go: {place}}}]",
    "overflow, by ratio": "overflow: [{{per_agent: 1, go: {place}}}]",
    "no-agent": "no_agent: {{then: {place}}}",
}
RULES = """
timezone: Europe/Paris
skills: [billing, technical]
agents:
  amina: {{phone: sip:amina, skills: {{billing: 5}}, shifts: {shift}}}
  nora: {{phone: sip:nora, skills: {{technical: 5}}, shifts: always}}
shifts:
  always: mon-sun 00:00-24:00
  rarely: mon 00:00-00:01 every 52 weeks from 2020-01-06
menus:
  stay: {{say: welcome, 1: voicemail, nothing: hangup}}
queues:
  technical: {{requires: {{technical: 5}}}}
{queues}
routes:
{routes}
"""


def ways(cause: str) -> dict[str, str]:
    """Give how queues lead on, by where they lead to."""
    ways = {name: CAUSES[cause].format(place=place) for name, place in PLACES.items()}
    if cause.startswith("overflow"):
        ways[CALLBACK] = CAUSES[cause].format(place="callback").replace("go:", "offer:")
    return ways


def rules(cause: str) -> str:
    """Give one queue for each place; its only agent is on shift with a phone out of reach, or off shift."""
    leads = ways(cause)
    return RULES.format(
        shift="rarely" if cause == "no-agent" else "always",
        queues="\n".join(f"  to-{name}: {{requires: {{billing: 5}}, {how}}}" for name, how in leads.items()),
        routes="\n".join(f"  - {{when: {{dialed: {NUMBERS[name]}}}, queue: to-{name}}}" for name in leads),
    )


@pytest.mark.parametrize("cause", CAUSES)
async def test_a_cause_leads_to_each_place(installed, cause: str) -> None:
    kit = await installed(rules(cause), phones=("amina", "nora"), before=lambda kit: kit.lead_outside())
    places = list(ways(cause))
    async with AsyncExitStack() as stack:
        nora = await stack.enter_async_context(kit.phone("nora", 3))
        outside = await stack.enter_async_context(Outside(kit.switch))
        await kit.presence("nora", "available")
        if cause.startswith("overflow"):
            for place in places:
                first = await stack.enter_async_context(Caller(kit.switch, NUMBERS[place], "+33199007700"))
                await first.answered()
            await kit.facts_are(len(places), "queued")
            assert kit.facts("diverted", "callback-offered") == []
        for place in places:
            caller = await stack.enter_async_context(Caller(kit.switch, NUMBERS[place], "+33199007711"))
            kind = "callback-offered" if place == CALLBACK else "diverted"
            told = await kit.fact(kind, queue=f"to-{place}")
            assert told.details["reason"] == cause.partition(",")[0]
            match place:
                case "queue":
                    assert (await nora.rings()).caller == "+33199007711"
                    assert (await kit.fact("offered")).call == told.call
                case "number":
                    assert (await outside.rings()).caller == NUMBERS[place]
                    assert (await kit.fact("sent-out")).call == told.call
                case "menu":
                    await kit.plays("telekit/welcome")
                case "voicemail":
                    await kit.plays("telekit/leave-message")
                case "callback":
                    await kit.plays("telekit/callback-offer")
                    await caller.press("1")
                    await kit.plays("telekit/callback-number")
                    await caller.press("1")
                    assert (await kit.fact("callback-promised")).call == told.call
        if cause.endswith("ratio"):
            assert {line.details["detail"] for line in kit.facts("diverted", "callback-offered")} == {
                "1 waits for 1 agent"
            }
