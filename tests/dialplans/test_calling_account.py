"""The rights of the account by which telekit calls people back: to make calls, and nothing else."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.dialplans.beside import SHIPPED, asterisk_beside, home_phone, plan_of, rules_now
from tests.dialplans.manager import logged_in, value
from tests.dialplans.test_manager_account import DANGEROUS, NEEDED
from tests.lab.asterisk import Asterisk
from tests.lab.tree import Tree

USER, SECRET = "telekit-callbacks", "another;secret"
AMINA = {"Channel": "PJSIP/amina", "Context": "telekit-called", "Exten": "s", "Priority": "1", "Async": "true"}


@pytest.fixture
async def asterisk(tmp_path: Path, asterisk_prefix: Tree) -> AsyncIterator[Asterisk]:
    plan = plan_of(tmp_path, rules_now())
    async with asterisk_beside(tmp_path / "asterisk", asterisk_prefix, plan, calls=SECRET) as running:
        yield running


async def test_it_makes_calls_and_hears_of_none(asterisk: Asterisk) -> None:
    async with logged_in(asterisk.ports.ami, USER, SECRET) as manager, home_phone(asterisk, "amina", 1) as amina:
        [answer] = await manager.ask("Originate", **AMINA, ChannelId="telekit-1")
        assert value(answer, "Response") == "Success"
        await amina.rings()
        await amina.reject()
        await amina.ended()
        await manager.ask("Ping")
        await manager.ask("Ping")
    assert manager.events == []


async def test_everything_else_is_refused(asterisk: Asterisk) -> None:
    known = await asterisk.cli("manager show commands")
    forbidden = {
        action: headers
        for action, headers in (DANGEROUS | NEEDED).items()
        if action not in ("Originate", "Ping") and f" {action} " in known
    }
    async with logged_in(asterisk.ports.ami, USER, SECRET) as manager:
        answers = {
            action: value((await manager.ask(action, **told))[0], "Message") for action, told in forbidden.items()
        }
    assert len(answers) > 20
    assert set(answers.values()) == {"Permission denied"}


async def test_no_application_that_reaches_the_shell_is_run(asterisk: Asterisk) -> None:
    async with logged_in(asterisk.ports.ami, USER, SECRET) as manager:
        for application in ("System", "TrySystem", "AGI", "ExternalIVR"):
            [answer] = await manager.ask("Originate", Channel="PJSIP/amina", Application=application, Data="touch trap")
            assert "Forbidden" in value(answer, "Message")


async def test_the_first_account_still_makes_no_calls(asterisk: Asterisk) -> None:
    assert "originate" not in _rights_of("telekit-account")
    assert _rights_of("telekit-calls") == ["write = originate"]


async def test_a_leg_that_telekit_has_not_named_is_led_by_nobody(asterisk: Asterisk) -> None:
    async with logged_in(asterisk.ports.ami, USER, SECRET) as manager, home_phone(asterisk, "amina", 1) as amina:
        await manager.ask("Originate", **AMINA, Variable="TELEKIT_SCRIPT=route")
        await amina.rings()
        await amina.answer()
        await amina.ended()
    assert "agi://" not in asterisk.log


async def test_nothing_that_can_be_dialled_leads_to_those_who_are_called(asterisk: Asterisk) -> None:
    contexts = await asterisk.cli("dialplan show")
    assert "'telekit-called'" in contexts
    assert not re.search(r"Include =>\s+'telekit-called'", contexts)
    shipped = (SHIPPED / "extensions.conf").read_text()
    assert not re.search(r"Go(to|sub)\w*\([^)]*telekit-called", shipped)
    async with home_phone(asterisk, "amina", 1) as amina:
        await amina.dial("s")
        await asterisk.logs("extension 's' rejected because extension not found in context 'telekit-agents'")


def _rights_of(template: str) -> list[str]:
    text = (SHIPPED / "manager.conf").read_text()
    section = re.split(r"(?m)^\[", text.partition(f"[{template}](!)")[2])[0]
    return [line for line in section.splitlines() if re.match(r"(read|write) =", line)]
