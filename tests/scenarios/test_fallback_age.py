"""What `telekit status` says of the fallback that the switch has loaded."""

from tests.scenarios.rules import RULES


async def test_a_fallback_of_other_rules_is_warned_of_until_the_switch_has_a_new_one(installed) -> None:
    kit = await installed(rendered=True)
    assert (await kit.status())["warnings"] == []
    kit.rules_file.write_text(RULES.replace("ring: 10s", "ring: 11s"))
    assert (await kit.telekit("reload"))[0] == 0
    warnings = (await kit.status())["warnings"]
    assert ["was written from other rules" in warning for warning in warnings] == [True]
    (warning,) = warnings
    code, printed = await kit.telekit("status")
    assert code == 0
    assert f"Warning: {warning}" in printed
    await kit.render()
    assert (await kit.status())["warnings"] == [warning], f"{kit.name} has not read it yet"
    await kit.read_again()
    assert (await kit.status())["warnings"] == []


async def test_a_switch_without_a_fallback_is_warned_of(installed) -> None:
    kit = await installed()
    (warning,) = (await kit.status())["warnings"]
    assert "no fallback" in warning
    assert f"`telekit render {kit.name.lower()}`" in warning
