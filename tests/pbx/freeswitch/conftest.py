"""A real FreeSWITCH for the tests of one module, wherever one is found; each test finds it at rest."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.lab.freeswitch import found, needed
from tests.lab.tree import Tree
from tests.pbx.freeswitch.stage import FreeSwitchStage


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def running(
    asterisk_prefix: Tree, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[FreeSwitchStage | None]:
    if (prefix := found()) is None:
        yield None
        return
    async with FreeSwitchStage.on(prefix, asterisk_prefix, tmp_path_factory.mktemp("fs")) as ready:
        yield ready


@pytest_asyncio.fixture(loop_scope="module")
async def stage(running: FreeSwitchStage | None) -> AsyncIterator[FreeSwitchStage]:
    needed()
    assert running is not None
    yield running
    await running.settle()
