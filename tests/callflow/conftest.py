import asyncio
from collections.abc import Callable, Mapping

from telekit.pbx.loopback import VirtualLoop


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Let every test of this folder run in virtual time."""
    return {"virtual": VirtualLoop}
