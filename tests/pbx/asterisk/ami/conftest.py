"""A fake Asterisk and a link to it."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from telekit.pbx.asterisk.ami.backoff import Backoff
from telekit.pbx.asterisk.ami.link import Link
from tests.pbx.asterisk.ami.fake import FakeAsterisk

AT_ONCE = Backoff(first=timedelta(0))


@pytest.fixture
async def asterisk() -> AsyncIterator[FakeAsterisk]:
    async with FakeAsterisk() as asterisk:
        yield asterisk


@pytest.fixture
async def link(asterisk: FakeAsterisk) -> AsyncIterator[Link]:
    link = Link("127.0.0.1", asterisk.port, "telekit", "sesame", backoff=AT_ONCE)
    yield link
    await link.stop()
