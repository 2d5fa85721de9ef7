"""Handlers see exactly what panoramisk itself would have shown them."""

from typing import Any

import pytest
from panoramisk.actions import Action, Command
from panoramisk.ami_protocol import AMIProtocol

from telekit.pbx.asterisk.ami.reader import Reader
from telekit.pbx.asterisk.ami.stock import headers_of, stock_action, view
from tests.pbx.asterisk.ami.captures import NAMES, recorded


def shown(message: Any) -> tuple[list[tuple[str, Any]], str]:
    return sorted(message.items(), key=str), message.content


@pytest.mark.parametrize("name", NAMES)
async def test_a_recording_looks_as_it_does_in_panoramisk(name: str) -> None:
    theirs: list[Any] = []
    protocol = AMIProtocol()
    protocol.connection_made(None)
    protocol.encoding = "utf8"
    protocol.handle_message = theirs.append
    protocol.data_received(recorded(name))
    ours = [view(message) for message in Reader().feed(recorded(name))]
    assert [shown(message) for message in ours] == [shown(message) for message in theirs]
    assert all(type(ours_) is type(theirs_) for ours_, theirs_ in zip(ours, theirs, strict=True))


async def test_an_action_has_the_headers_that_panoramisk_sends() -> None:
    given = {
        "Action": "Originate",
        "Channel": "PJSIP/amina",
        "Priority": 1,
        "Variable": ["A=1", "B=2"],
        "ActionID": "7",
    }
    action = stock_action(dict(given), None)
    assert type(action) is Action
    assert sorted(f"{name}: {value}" for name, value in headers_of(action)) == str(Action(given)).split("\r\n")[:-2]
    assert next(headers_of(action)) == ("Action", "Originate")


async def test_a_command_is_panoramisks_command_with_ids_of_its_own() -> None:
    first, second = (stock_action({"Action": "Command", "Command": "core show version"}, None) for _ in range(2))
    assert type(first) is Command
    assert len({first["ActionID"], first["CommandID"], second["ActionID"], second["CommandID"]}) == 4


async def test_an_action_of_panoramisks_own_stays_itself() -> None:
    own = Action({"Action": "Ping"})
    assert stock_action(own, None) is own
