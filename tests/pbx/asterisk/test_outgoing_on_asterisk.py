"""Calls that telekit makes by itself, on a real Asterisk, with real phones."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.lab.tree import Tree
from tests.pbx.asterisk.outgoing_stage import OutgoingStage
from tests.pbx.outgoing_contract import OutgoingContract

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def stage(asterisk_prefix: Tree, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[OutgoingStage]:
    async with OutgoingStage.on(asterisk_prefix, tmp_path_factory.mktemp("calls")) as stage:
        yield stage


class TestAsterisk(OutgoingContract):
    pass
