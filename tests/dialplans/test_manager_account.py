"""The rights of telekit's account on the manager interface, and the events that it gets."""

from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from telekit.pbx.asterisk.events import MEANINGS
from tests.dialplans.beside import AMI_SECRET, SHIPPED, asterisk_beside, home_phone, plan_of, rules_now
from tests.dialplans.manager import logged_in, value
from tests.lab.asterisk import Asterisk
from tests.lab.callers import Caller
from tests.lab.tree import Tree

NEEDED = {
    "Ping": {},
    "CoreSettings": {},
    "CoreShowChannels": {},
    "DeviceStateList": {},
    "ShowDialPlan": {"Context": "telekit-in"},
    "Getvar": {"Channel": "PJSIP/nobody-00000000", "Variable": "CHANNEL(state)"},
    "Hangup": {"Channel": "PJSIP/nobody-00000000"},
    "Setvar": {"Channel": "PJSIP/nobody-00000000", "Variable": "TELEKIT_OFFER", "Value": "1.1"},
}
DANGEROUS = {
    "Originate": {"Channel": "Local/s@telekit-in", "Application": "System", "Data": "true"},
    "Command": {"Command": "core show version"},
    "GetConfig": {"Filename": "manager.conf"},
    "GetConfigJSON": {"Filename": "manager.conf"},
    "UpdateConfig": {"SrcFilename": "manager.conf", "DstFilename": "manager.conf"},
    "CreateConfig": {"Filename": "new.conf"},
    "ListCategories": {"Filename": "manager.conf"},
    "ModuleLoad": {"Module": "app_queue.so", "LoadType": "unload"},
    "Reload": {},
    "Filter": {"Operation": "Add", "Filter": "Event: VarSet"},
    "DBPut": {"Family": "x", "Key": "y", "Val": "z"},
    "DBDelTree": {"Family": "x"},
    "DialplanExtensionAdd": {"Context": "telekit-in", "Extension": "1", "Priority": "1", "Application": "NoOp"},
    "PJSIPShowAuth": {},
    "PJSIPShowEndpoint": {"Endpoint": "amina"},
    "PJSIPNotify": {"Endpoint": "amina", "Variable": "Event=reboot"},
    "MessageSend": {"To": "pjsip:amina", "Body": "x"},
    "UserEvent": {"UserEvent": "x"},
    "AGI": {"Channel": "PJSIP/nobody-00000000", "Command": "EXEC System true"},
    "QueuePause": {"Interface": "PJSIP/amina", "Paused": "true"},
    "MixMonitor": {"Channel": "PJSIP/nobody-00000000", "File": "x.wav"},
}
SHELL = "SHELL(touch trap)"


@pytest.fixture
async def asterisk(tmp_path: Path, asterisk_prefix: Tree) -> AsyncIterator[Asterisk]:
    plan = plan_of(tmp_path, rules_now())
    more = {"extensions.conf": "[globals]\nTELEKIT_AWAY_UNTIL = 9999999999\n", "manager.conf": "channelvars = OWN\n"}
    async with asterisk_beside(tmp_path / "asterisk", asterisk_prefix, plan, more=more) as running:
        yield running


async def test_every_action_that_telekit_takes_is_allowed(asterisk: Asterisk) -> None:
    async with logged_in(asterisk.ports.ami, "telekit", AMI_SECRET) as manager:
        refused = {
            action: value(answer[0], "Message")
            for action, headers in NEEDED.items()
            if value((answer := await manager.ask(action, **headers))[0], "Response") != "Success"
        }
    assert refused == dict.fromkeys(("Getvar", "Hangup", "Setvar"), "No such channel")


async def test_every_dangerous_action_is_refused(asterisk: Asterisk) -> None:
    known = await asterisk.cli("manager show commands")
    async with logged_in(asterisk.ports.ami, "telekit", AMI_SECRET) as manager:
        answers = {
            action: value((await manager.ask(action, **headers))[0], "Message")
            for action, headers in DANGEROUS.items()
            if f" {action} " in known
        }
    assert len(answers) > 15
    assert set(answers.values()) == {"Permission denied"}


async def test_no_function_reaches_the_shell(asterisk: Asterisk) -> None:
    async with Caller(asterisk, "+33199001234") as caller, logged_in(asterisk.ports.ami, "telekit", AMI_SECRET) as own:
        await caller.answered()
        channels = await own.ask("CoreShowChannels")
        channel = value(channels[1], "Channel")
        [got] = await own.ask("Getvar", Channel=channel, Variable=SHELL)
        [put] = await own.ask("Setvar", Channel=channel, Variable="FILE(/tmp/trap)", Value="x")
    assert value(got, "Response") == value(put, "Response") == "Error"


async def test_one_call_brings_the_events_that_are_needed_and_no_other(asterisk: Asterisk) -> None:
    async with logged_in(asterisk.ports.ami, "telekit", AMI_SECRET) as manager:
        async with home_phone(asterisk, "amina", 1) as amina, Caller(asterisk, "+33199001234") as caller:
            await amina.rings()
            await amina.answer()
            await amina.talks()
            await caller.hang_up()
            await amina.ended()
        await manager.ask("Ping")
    count = Counter(value(event, "Event") for event in manager.events)
    filtered = {line.partition("name(")[2].partition(")")[0] for line in _shipped() if line.startswith("eventfilter")}
    assert set(count) <= filtered
    assert count["DialBegin"] == 2  # the queue's Local leg, and the phone's
    assert count["DeviceStateChange"] > 0
    assert count.total() < 40


async def test_channel_variables_of_telekit_come_beside_the_administrators_own(asterisk: Asterisk) -> None:
    async with (
        logged_in(asterisk.ports.ami, "telekit", AMI_SECRET) as manager,
        Caller(asterisk, "+33199001234") as caller,
    ):
        await caller.answered()
        channels = await manager.ask("CoreShowChannels")
    told = {name for header, pair in channels[1] if header == "ChanVariable" for name in [pair.partition("=")[0]]}
    assert told == {"OWN", "TELEKIT_OFFER", "TELEKIT_PLACE"}


async def test_a_wrong_secret_is_refused(asterisk: Asterisk) -> None:
    with pytest.raises(AssertionError, match="Authentication failed"):
        async with logged_in(asterisk.ports.ami, "telekit", "guess"):
            pass


def test_what_telekit_understands_passes_the_filter_and_what_it_does_not_is_kept_out() -> None:
    filters = {line for line in _shipped() if line.startswith("eventfilter")}
    heard = {*MEANINGS, "FullyBooted", "OriginateResponse", "Shutdown"}
    assert filters == {f"eventfilter(action(include),name({name})) =" for name in heard}


def _shipped() -> list[str]:
    return (SHIPPED / "manager.conf").read_text().splitlines()
