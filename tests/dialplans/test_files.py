"""Asterisk takes every file that telekit ships and writes, without a word of complaint."""

import re
from collections.abc import AsyncIterator
from copy import copy
from dataclasses import replace
from pathlib import Path

import pytest

from telekit.pbx.asterisk.render.options import Options
from telekit.pbx.render.listener import Listener
from telekit.pbx.render.listener import Transport as Protocol
from tests.dialplans.beside import OPTIONS, asterisk_beside, password, plan_of, rules_now
from tests.lab.asterisk import Asterisk
from tests.lab.callers import Caller
from tests.lab.phones import Phone
from tests.lab.tree import Tree

LANGUAGE = Path(__file__).parents[1] / "rules/language.yaml"
OF_THE_LAB = ("loader.c", "cdr.c", "indications.c", "No queuerules.conf", "Type 'system' is not reloadable")
"""What Asterisk says of files that are not telekit's."""
NUMBER = "+33199001234"


def complaints(asterisk: Asterisk) -> list[str]:
    lines = [line for line in asterisk.log.splitlines() if re.search(r"\b(WARNING|ERROR|NOTICE)\[", line)]
    return [line for line in lines if not any(word in line for word in OF_THE_LAB)]


@pytest.fixture
async def asterisk(tmp_path: Path, asterisk_prefix: Tree) -> AsyncIterator[Asterisk]:
    """Run an Asterisk with the language page's rules."""
    plan = plan_of(tmp_path, LANGUAGE.read_text())
    async with asterisk_beside(tmp_path / "asterisk", asterisk_prefix, plan) as running:
        yield running


async def test_all_files_load_and_load_again_without_a_complaint(asterisk: Asterisk) -> None:
    for module in ("pbx_config.so", "manager", "res_pjsip.so", "app_queue.so", "res_musiconhold.so"):
        assert "reloaded successfully" in await asterisk.cli(f"module reload {module}")
    assert complaints(asterisk) == []


async def test_what_the_rules_name_is_there(asterisk: Asterisk) -> None:
    endpoints = await asterisk.cli("pjsip show endpoints")
    assert " amina/amina" in endpoints
    assert " luc/luc" in endpoints
    queue = await asterisk.cli("queue show telekit-billing")
    assert "amina (Local/s@telekit-agent-amina/n from PJSIP/amina) with penalty 1" in queue
    assert "luc (Local/s@telekit-agent-luc/n) with penalty 3" in queue
    assert "telekit-queue-technical" in await asterisk.cli("dialplan show s@telekit-queue-technical")
    assert "Class: telekit" in await asterisk.cli("moh show classes")


async def test_every_place_that_the_dialplan_goes_to_exists(asterisk: Asterisk) -> None:
    shown = await asterisk.cli("dialplan show")
    contexts = set(re.findall(r"Context '([^']+)'", shown))
    targets = set(re.findall(r"(?:Goto|Gosub|\?)\(?(telekit-[A-Za-z0-9-]+),", shown))
    assert len(targets) > 10
    assert targets - contexts == set()


@pytest.mark.parametrize(
    ("own", "asked"),
    [
        ("", "agi://127.0.0.9:4600/route"),
        ("[globals]\nTELEKIT_PORT = 4700\n", "agi://127.0.0.9:4700/route"),
        ("[globals]\nTELEKIT_HOST = 127.0.0.8\nTELEKIT_PORT = 4700\n", "agi://127.0.0.8:4700/route"),
    ],
)
async def test_telekit_is_asked_where_the_settings_say_unless_the_administrator_says_otherwise(
    tmp_path: Path, asterisk_prefix: Tree, own: str, asked: str
) -> None:
    options = replace(OPTIONS, agi_host="127.0.0.9", agi_port=4600)
    plan, more = plan_of(tmp_path, rules_now()), {"extensions.conf": own}
    async with (
        asterisk_beside(tmp_path / "asterisk", asterisk_prefix, plan, options=options, more=more) as running,
        Caller(running, NUMBER) as caller,
    ):
        await caller.answered()
        assert asked in running.log


@pytest.mark.parametrize("encrypted", [True, False])
async def test_a_phone_registers_and_talks_with_the_account_that_is_written(
    tmp_path: Path, asterisk_prefix: Tree, encrypted: bool
) -> None:
    folder = tmp_path / "asterisk"
    options = Options(
        transport=Protocol.TLS if encrypted else Protocol.UDP,
        srtp=encrypted,
        listener=Listener("127.0.0.1", 5071 if encrypted else 5070, f"{folder}/certificate.pem", f"{folder}/key.pem"),
    )
    more = {"extensions.conf": "[globals]\nTELEKIT_AWAY_UNTIL = 9999999999\n"}
    plan = plan_of(tmp_path, rules_now())
    async with asterisk_beside(folder, asterisk_prefix, plan, options=options, more=more) as asterisk:
        at_telekits_transport = copy(asterisk)
        at_telekits_transport.ports = replace(asterisk.ports, sip=5070, sips=5071)
        amina = Phone(at_telekits_transport, "amina", password("amina"), address="127.0.0.11", tls=encrypted)
        async with amina, Caller(asterisk, NUMBER) as caller:
            call = await amina.rings()
            await amina.answer()
            await amina.talks()
            await caller.hears(1000)
            assert call.encrypted is encrypted


async def test_a_wrong_password_does_not_register(tmp_path: Path, asterisk_prefix: Tree) -> None:
    async with asterisk_beside(tmp_path / "asterisk", asterisk_prefix, plan_of(tmp_path, rules_now())) as asterisk:
        stranger = Phone(asterisk, "amina", "guessed", address="127.0.0.11")
        await stranger.start()
        await stranger.register()
        assert "401" in await stranger.refused()
        await stranger.stop()


async def test_srtp_is_not_given_up_for_a_phone_that_does_not_know_it(tmp_path: Path, asterisk_prefix: Tree) -> None:
    plan = plan_of(tmp_path, rules_now())
    async with asterisk_beside(tmp_path / "asterisk", asterisk_prefix, plan, options=Options(listener=None)) as running:
        shown = " ".join((await running.cli("pjsip show endpoint amina")).split())
    assert "media_encryption : sdes" in shown
    assert "media_encryption_optimistic : false" in shown
