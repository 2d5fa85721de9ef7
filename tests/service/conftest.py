"""Everything here runs in virtual time, but for what speaks through sockets or runs programs."""

import asyncio
from collections.abc import Callable, Mapping

import pytest

from telekit.pbx.loopback import VirtualLoop

SOCKETS = {"test_control", "test_hook"}


def pytest_asyncio_loop_factories(item: pytest.Item) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    if item.path.stem in SOCKETS:
        return {"real": asyncio.new_event_loop}
    return {"virtual": VirtualLoop}
