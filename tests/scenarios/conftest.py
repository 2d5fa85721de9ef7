"""Fixtures of the scenarios on a real Asterisk."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.lab.installation import Installation
from tests.lab.tree import Tree
from tests.scenarios.rules import RULES

PHONES = ("amina", "luc", "nora")


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a folder with a path short enough for the sockets in it."""
    path = Path(tempfile.mkdtemp(prefix="telekit-"))
    yield path
    shutil.rmtree(path)


BREACHES_MEANT = {"test_lost_events", "test_invariants"}
"""Where events get lost on purpose."""


@pytest_asyncio.fixture
async def installed(
    asterisk_prefix: Tree, folder: Path, request: pytest.FixtureRequest
) -> AsyncIterator[Callable[..., Any]]:
    """Give what installs telekit beside a fresh Asterisk, starts both, and ends both after the test.

    Nothing may have had to be repaired by then.
    """
    kits: list[Installation] = []
    async with AsyncExitStack() as stack:

        async def install(rules: str = RULES, **how: Any) -> Installation:
            how = {"phones": PHONES, **how}
            kits.append(await stack.enter_async_context(Installation(folder, asterisk_prefix, rules, **how)))
            return kits[-1]

        yield install
    if request.path.stem not in BREACHES_MEANT:
        assert [line for kit in kits for line in kit.facts("repaired")] == []
