"""telekit and app_queue with any number of agents, whose phones are where Asterisk's configuration says."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from tests.bench.ways import QUEUE, QUIET, Way, be_quiet, longest_idle, rules
from tests.lab import accounts
from tests.lab.asterisk import Asterisk
from tests.lab.crowd import Crowd
from tests.lab.installation import Installation
from tests.lab.tree import Tree

PHONES = "127.0.0.99"
READY_WITHIN = 120.0  # seconds for Asterisk to read the phones of 15,000 agents
ALL_SEEN = 60.0  # seconds for telekit to know all phones

Grown = Callable[[Path, Tree, int], AbstractAsyncContextManager[Way]]


@asynccontextmanager
async def telekit(folder: Path, tree: Tree, agents: int) -> AsyncIterator[Way]:
    """Let telekit choose."""
    names = _names(agents)
    installation = Installation(folder, tree, rules(names), phones=())
    asterisk = installation.asterisk
    asterisk.config |= QUIET
    asterisk.config["pjsip.conf"] += _phones(names)
    asterisk.ready_within = READY_WITHIN
    async with installation:
        await be_quiet(asterisk)
        async with asyncio.timeout(ALL_SEEN):
            while (await installation.status())["free"] < agents:  # noqa: ASYNC110
                await asyncio.sleep(0.5)  # telekit is still being told of them
        async with Crowd(asterisk, (), address=PHONES) as crowd:
            yield Way(asterisk, crowd, {"asterisk": asterisk.pid, "telekit": installation.pid})


@asynccontextmanager
async def queue(folder: Path, tree: Tree, agents: int) -> AsyncIterator[Way]:
    """Let app_queue choose."""
    names = _names(agents)
    config = QUIET | {
        "pjsip.conf": accounts.trunk() + _phones(names),
        "queues.conf": longest_idle(names),
        "extensions.conf": f"[from-carrier]\n{QUEUE}",
    }
    asterisk = Asterisk(folder / "asterisk", tree, config)
    asterisk.ready_within = READY_WITHIN
    async with asterisk:
        await be_quiet(asterisk)
        async with Crowd(asterisk, (), address=PHONES) as crowd:
            yield Way(asterisk, crowd, {"asterisk": asterisk.pid})


GROWING: Mapping[str, Grown] = {"queue": queue, "telekit": telekit}


def _names(agents: int) -> list[str]:
    return [f"agent{number}" for number in range(agents)]


def _phones(names: list[str]) -> str:
    return "".join(
        f"[{name}]\ntype = endpoint\ntransport = transport-udp\ncontext = home\ndisallow = all\nallow = alaw\n"
        f"aors = {name}\ndirect_media = no\n[{name}]\ntype = aor\ncontact = sip:{name}@{PHONES}:5060\n"
        for name in names
    )
