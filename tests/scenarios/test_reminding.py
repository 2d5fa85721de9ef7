"""Who has no phone registered shortly before a shift is reminded, by a program, once."""

from datetime import UTC, datetime, timedelta

from tests.lab.scripted_phones import ScriptedPhone
from tests.scenarios.hook import HOOK, are_told, told, with_a_hook
from tests.scenarios.rules import RULES


async def test_who_is_not_registered_is_reminded_once_also_over_a_restart_and_who_is_or_registers_is_not(
    installed,
) -> None:
    begins_at = datetime.now(UTC) + timedelta(minutes=10)
    shift = f"mon-sun {begins_at:%H:%M}-{begins_at + timedelta(hours=2):%H:%M}"
    rules = RULES.replace("mon-sun 00:00-24:00", shift).replace("Europe/Paris", "UTC") + "reminder: 20m\n"
    kit = await installed(rules, settings=HOOK, before=with_a_hook)
    amina = ScriptedPhone(kit.switch, "amina", "amina-password", address="127.0.0.11")
    async with amina, kit.phone("luc", 2):
        await are_told(kit, "nora")
        (reminder,) = told(kit)
        assert (reminder["notice"], reminder["shift"]) == ("reminder", "always")
        assert reminder["begins_at"] == f"{begins_at:%Y-%m-%dT%H:%M}+00:00"
        await kit.kill()
        await kit.serve()
        await amina.unregister()
        await are_told(kit, "nora", "amina")
        assert [line.agent for line in kit.facts("reminded")] == ["nora", "amina"]
