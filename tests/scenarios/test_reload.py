"""New rules while calls wait."""

import signal

from tests.lab.callers import Caller
from tests.scenarios.rules import NUMBER, only


async def test_a_reload_lets_a_waiting_call_reach_an_agent_whom_the_new_rules_bring(installed) -> None:
    kit = await installed(only("amina"))
    async with kit.phone("luc", 2) as luc, Caller(kit.switch, NUMBER) as caller:
        await caller.answered()
        kit.rules_file.write_text(only("amina", "luc"))
        code, printed = await kit.telekit("reload")
        assert code == 0, printed
        await luc.rings()
        await luc.answer()
        await kit.talk(luc)
        await caller.hang_up()
        await kit.fact("finished", agent="luc")


async def test_sighup_reloads_too(installed) -> None:
    kit = await installed(only("amina"))
    async with kit.phone("luc", 2) as luc, Caller(kit.switch, NUMBER) as caller:
        await caller.answered()
        kit.rules_file.write_text(only("amina", "luc"))
        kit.signal(signal.SIGHUP)
        await luc.rings()
        await caller.hang_up()


async def test_rules_with_a_mistake_leave_the_running_ones_as_they_are(installed) -> None:
    kit = await installed()
    kit.rules_file.write_text(only("amina").replace("strategy: fixed", "strategy: fxied"))
    code, printed = await kit.telekit("reload")
    assert code == 1
    assert "rules.yaml:14:15: queues.billing.strategy: " in printed
    assert "did you mean 'fixed'?" in printed
    async with kit.phone("luc", 2) as luc, Caller(kit.switch, NUMBER) as caller:
        await luc.rings()
        await caller.hang_up()
    await kit.fact("plan-refused")
