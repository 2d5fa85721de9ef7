"""Fixtures of the scenarios, on a real Asterisk and, where one is found, on a real FreeSWITCH."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.lab import freeswitch, link
from tests.lab.freeswitch_installation import FreeSwitchInstallation
from tests.lab.installation import Installation
from tests.lab.proxy import Wire
from tests.lab.service import Service
from tests.lab.tree import Tree
from tests.scenarios.either import is_of_asterisk_alone
from tests.scenarios.rules import RULES

PHONES = ("amina", "luc", "nora")
Install = Callable[..., Service]


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a folder with a path short enough for the sockets in it."""
    path = Path(tempfile.mkdtemp(prefix="telekit-"))
    yield path
    shutil.rmtree(path)


BREACHES_MEANT = {"test_lost_events", "test_invariants"}
"""Where events get lost on purpose."""


ASTERISK, FREESWITCH = "asterisk", "freeswitch"
LINKS = {ASTERISK: link.ASTERISK, FREESWITCH: link.FREESWITCH}
WIRE = 15038
"""The port of a link that can be cut."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a scenario on either switch, unless it is of Asterisk alone."""
    if "switch" in metafunc.fixturenames:
        alone = is_of_asterisk_alone(metafunc.module.__name__, metafunc.function.__name__)
        metafunc.parametrize("switch", [ASTERISK] if alone else [ASTERISK, FREESWITCH], indirect=True)


@pytest.fixture
def switch(request: pytest.FixtureRequest) -> str:
    """Name the switch; where there is no FreeSWITCH, the test says that it did not run."""
    if request.param == FREESWITCH:
        freeswitch.needed()
    return str(request.param)


@pytest.fixture
def beside(switch: str, asterisk_prefix: Tree, folder: Path) -> Install:
    """Give what installs telekit beside a fresh switch, and starts neither."""

    def install(rules: str = RULES, **how: Any) -> Service:
        how = {"phones": PHONES, **how}
        if switch == FREESWITCH:
            return FreeSwitchInstallation(folder, freeswitch.needed(), asterisk_prefix, rules, **how)
        return Installation(folder, asterisk_prefix, rules, **how)

    return install


@pytest.fixture
def wired(switch: str) -> Callable[[], Wire]:
    """Give what makes a wire to the switch's link, on the port `WIRE`, that can be cut."""
    return lambda: Wire(WIRE, LINKS[switch].port, LINKS[switch])


@pytest_asyncio.fixture
async def installed(beside: Install, request: pytest.FixtureRequest) -> AsyncIterator[Callable[..., Any]]:
    """Give what installs telekit beside a fresh switch, starts both, and ends both after the test.

    Nothing may have had to be repaired by then.
    """
    kits: list[Service] = []
    async with AsyncExitStack() as stack:

        async def install(rules: str = RULES, **how: Any) -> Service:
            kits.append(await stack.enter_async_context(beside(rules, **how)))
            return kits[-1]

        yield install
    if request.path.stem not in BREACHES_MEANT:
        assert [line for kit in kits for line in kit.facts("repaired")] == []
