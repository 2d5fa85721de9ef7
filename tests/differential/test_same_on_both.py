"""The same random sequences on a real Asterisk and on a real FreeSWITCH: the same decisions, and the same journal."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.differential.play import AGENTS, RULES, Play
from tests.lab import freeswitch
from tests.lab.freeswitch_installation import FreeSwitchInstallation
from tests.lab.installation import Installation
from tests.lab.service import Service
from tests.lab.tree import Tree

SEEDS = range(1, 25)
STEPS = 7


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a folder with a path short enough for the sockets in it."""
    path = Path(tempfile.mkdtemp(prefix="telekit-"))
    yield path
    shutil.rmtree(path)


async def played(kit: Service) -> list[tuple[list[str], Mapping[str, list[str]]]]:
    """Play all sequences at one switch."""
    async with kit, Play(kit) as play:
        return [await play.play(seed, STEPS) for seed in SEEDS]


async def test_both_switches_lead_to_the_same_decisions_and_the_same_journal(
    asterisk_prefix: Tree, folder: Path
) -> None:
    prefix = freeswitch.needed()
    one = await played(Installation(folder / "a", asterisk_prefix, RULES, phones=AGENTS))
    other = await played(FreeSwitchInstallation(folder / "f", prefix, asterisk_prefix, RULES, phones=AGENTS))
    for seed, (done, told), (done_there, told_there) in zip(SEEDS, one, other, strict=True):
        assert done == done_there, f"sequence {seed}"
        for whose, facts in told.items():
            assert facts == told_there.get(whose), f"sequence {seed}: {', '.join(done)}: {whose}"
        assert told.keys() == told_there.keys()
