"""The file for a busy switch: what Asterisk no longer tells, beside what it still does."""

from collections import Counter
from pathlib import Path

import pytest

from tests.dialplans.beside import SHIPPED
from tests.dialplans.manager import logged_in, value
from tests.lab import accounts
from tests.lab.asterisk import Asterisk
from tests.lab.callers import Caller
from tests.lab.tree import Tree

WATCHER = "[watcher]\nsecret = watcher\nread = all\n"
DIALPLAN = "[from-carrier]\nexten => any,1,Answer()\n same => n,Set(SAID=yes)\n same => n,Echo()\n"
OWN = "[declined_message_types]\ndecline = agi_async_start_type\n"


async def told(folder: Path, tree: Tree, stasis: str) -> Counter[str]:
    """Return the events of one call that sets variables."""
    config = {
        "pjsip.conf": accounts.trunk(),
        "extensions.conf": DIALPLAN,
        "manager.conf": WATCHER,
        "stasis.conf": stasis,
    }
    async with Asterisk(folder, tree, config) as asterisk:
        async with logged_in(asterisk.ports.ami, "watcher", "watcher") as manager:
            async with Caller(asterisk, "any") as caller:
                await caller.answered()
                await caller.hang_up()
            await asterisk.shows("core show channels count", "0 active channels")
            await manager.ask("Ping")
        assert "ERROR[" not in asterisk.log
    return Counter(value(event, "Event") for event in manager.events)


@pytest.mark.parametrize("own", ["", OWN], ids=["alone", "below the administrator's own section"])
async def test_no_variable_and_no_test_is_told_and_all_else_is(tmp_path: Path, asterisk_prefix: Tree, own: str) -> None:
    count = await told(tmp_path, asterisk_prefix, f'{own}#include "{SHIPPED / "stasis.conf"}"\n')
    assert count["VarSet"] == count["TestEvent"] == 0
    assert count["Newchannel"] == count["Hangup"] == 1
    assert count["Newexten"] > 0


async def test_without_it_each_variable_is_told(tmp_path: Path, asterisk_prefix: Tree) -> None:
    assert (await told(tmp_path, asterisk_prefix, ""))["VarSet"] > 0
