"""A fake Asterisk, a link to it, and a folder of handlers beside that."""

import threading
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from telekit.pbx.asterisk.ami.link import Link
from telekit.pbx.backoff import Backoff
from tests.pbx.asterisk.ami.fake import FakeAsterisk
from tests.pbx.asterisk.ami.folder import Folder

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


@pytest.fixture
async def folder(tmp_path: Path, asterisk: FakeAsterisk, link: Link) -> AsyncIterator[Folder]:
    threads = threading.active_count()
    folder = Folder(tmp_path, asterisk, link)
    yield folder
    await folder.handlers.stop()
    await link.stop()
    for thread in threading.enumerate():
        if thread.name.endswith(".py"):
            thread.join(5)
    assert threading.active_count() <= threads
