"""FreeSWITCH keeps the contract of every switch, wherever a real one is found."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.lab import freeswitch
from tests.lab.tree import Tree
from tests.pbx.contract import CallContract
from tests.pbx.freeswitch.stage import FreeSwitchStage


@pytest.fixture
async def stage(asterisk_prefix: Tree, tmp_path: Path) -> AsyncIterator[FreeSwitchStage]:
    prefix = freeswitch.found()
    if prefix is None:
        pytest.skip("this test needs FreeSWITCH: name its prefix in TELEKIT_FREESWITCH")
    async with FreeSwitchStage.on(prefix, asterisk_prefix, tmp_path) as ready:
        yield ready


class TestFreeSwitch(CallContract):
    pass
