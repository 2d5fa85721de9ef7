"""The account that makes calls: nobody waits for it, and its lack is told once."""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from telekit.errors import SwitchError
from telekit.pbx.asterisk.ami.link import Link
from telekit.pbx.asterisk.calling_account import CallingAccount
from telekit.pbx.backoff import Backoff
from tests.pbx.asterisk.ami.fake import FakeAsterisk

SOON = timedelta(milliseconds=10)


@pytest.fixture
async def asterisk() -> AsyncIterator[FakeAsterisk]:
    async with FakeAsterisk() as asterisk:
        yield asterisk


def account_on(asterisk: FakeAsterisk, secret: str = "sesame") -> tuple[CallingAccount, asyncio.Event]:
    up = asyncio.Event()
    link = Link("127.0.0.1", asterisk.port, "telekit-callbacks", secret, events="off", backoff=Backoff(first=SOON))
    link.on_up(lambda _: up.set())
    return CallingAccount(link, again_after=SOON), up


async def test_it_comes_up_by_itself(asterisk: FakeAsterisk) -> None:
    account, up = account_on(asterisk)
    with pytest.raises(SwitchError, match="not up yet"):
        account.require()
    account.start()
    account.start()
    await up.wait()
    assert account.complaint is None
    assert account.require().up
    assert asterisk.connections == 1
    await account.stop()


async def test_a_wrong_secret_is_told_once_and_mended_without_a_restart(
    asterisk: FakeAsterisk, caplog: pytest.LogCaptureFixture
) -> None:
    account, up = account_on(asterisk, "another")
    account.start()
    await asterisk.until(lambda: asterisk.connections >= 3)
    complaint = account.complaint or ""
    assert "refused the manager account 'telekit-callbacks'" in complaint
    assert "check the section [telekit-callbacks]" in complaint
    with pytest.raises(SwitchError, match="Asterisk refused the manager account"):
        account.require()
    asterisk.secret = "another"
    await up.wait()
    assert account.complaint is None
    told = [line.getMessage() for line in caplog.records if "calls nobody back" in line.getMessage()]
    assert len(told) == 1
    await account.stop()


async def test_a_secret_that_is_not_there_is_told_once_and_nothing_is_tried(caplog: pytest.LogCaptureFixture) -> None:
    account = CallingAccount(None, "The environment variable TELEKIT_CALLBACKS_SECRET is not set.")
    account.start()
    await asyncio.sleep(0)
    with pytest.raises(SwitchError, match="TELEKIT_CALLBACKS_SECRET is not set"):
        account.require()
    await account.stop()
    assert [line.levelno for line in caplog.records] == [logging.ERROR]


async def test_a_lost_link_is_complained_of_until_it_is_back(asterisk: FakeAsterisk) -> None:
    account, up = account_on(asterisk)
    account.start()
    await up.wait()
    up.clear()
    down = asyncio.Event()
    account.require().on_down(lambda _: down.set())
    await asterisk.shut()
    await down.wait()
    assert account.complaint
    await asterisk.listen()
    await up.wait()
    assert account.complaint is None
    await account.stop()
