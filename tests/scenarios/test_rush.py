"""More calls than agents, twenty and more a second: nobody is lost and nobody is stuck."""

from collections import Counter
from datetime import timedelta

from tests.lab.crowd import Crowd
from tests.scenarios.rules import NUMBER

AGENTS = [f"agent{number}" for number in range(15)]
CALLERS = "127.0.1.255"
CALLS, RATE, HOLD = 250, 25.0, timedelta(seconds=1)
RULES = (
    "timezone: Europe/Paris\nskills: [french]\nshifts: {always: mon-sun 00:00-24:00}\nagents:\n"
    + "".join(f"  {name}: {{phone: sip:{name}, skills: {{french: 5}}, shifts: always}}\n" for name in AGENTS)
    + "queues: {help: {requires: {french: 1}, ring: 10s}}\nroutes: [{queue: help}]\n"
)


async def test_in_a_rush_every_call_ends_once_and_every_agent_is_free_at_last(installed) -> None:
    """Pain 2: elsewhere a queue falls behind at twenty calls a second, and agents stay stuck."""
    kit = await installed(RULES, phones=AGENTS)
    async with Crowd(kit.switch, [(name, f"{name}-password") for name in AGENTS]) as crowd:
        for name in AGENTS:
            await kit.presence(name, "available")
        traffic = await crowd.called(NUMBER, rate=RATE, calls=CALLS, hold=HOLD, address=CALLERS)
        assert (traffic.offered, traffic.answered) == (CALLS, CALLS)
        ended = Counter(line.call for line in await kit.facts_are(CALLS, "call-ended"))
        assert set(ended.values()) == {1}
        talked = {line.call for line in kit.facts("finished")}
        gave_up = {line.call for line in kit.facts("abandoned")}
        assert talked | gave_up == set(ended)
        assert not talked & gave_up
        assert kit.facts("queued"), "more called than there were agents"
        assert len(talked) > CALLS / 2
        for name in AGENTS:
            await kit.presence(name, "available", within=40)
        assert (await kit.status())["calls"] == []
