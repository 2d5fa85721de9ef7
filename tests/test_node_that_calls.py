"""A node whose rules offer callbacks: it brings up the account for it, and goes on without."""

from pathlib import Path

import pytest

from telekit import node as module
from telekit.node import Node
from tests.pbx.asterisk.ami.fake import FakeAsterisk
from tests.test_node import asterisk, folder, settings  # noqa: F401  (fixtures)


@pytest.mark.parametrize(
    ("secret", "complaint"),
    [("", "TELEKIT_CALLBACKS_SECRET is not set"), ("wrong", "refused the manager account 'telekit-callbacks'")],
)
async def test_it_goes_on_without_the_account_and_says_so(
    folder: Path,  # noqa: F811
    asterisk: FakeAsterisk,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    secret: str,
    complaint: str,
) -> None:
    monkeypatch.setattr(module, "offers_callbacks", lambda plan: True)
    monkeypatch.setenv("TELEKIT_CALLBACKS_SECRET", secret)
    node = Node(settings(folder, asterisk), folder)
    await node.start()
    await asterisk.until(lambda: not secret or len(asterisk.named("Login")) == 2)
    while complaint not in (found := await node._health.look())["callbacks"].says:
        pass
    assert not found["callbacks"].fine
    assert found["link"].fine
    await node.stop(0)


async def test_without_a_trunk_it_says_that_nobody_can_be_called_and_promises_nothing(
    folder: Path,  # noqa: F811
    asterisk: FakeAsterisk,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "offers_callbacks", lambda plan: True)
    monkeypatch.setenv("TELEKIT_CALLBACKS_SECRET", "secret")
    node = Node(settings(folder, asterisk), folder)
    monkeypatch.setattr(type(node._sides.each[0]._calling), "complaint", None)
    await node.start()
    assert "name it as asterisk.trunk" in (await node._health.look())["callbacks"].says
    assert node.exchange.prospects.why_no_calls() == "no trunk leads outside: name it as asterisk.trunk in telekit.yaml"
    await node.stop(0)
