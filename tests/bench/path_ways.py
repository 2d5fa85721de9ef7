"""telekit and app_queue with one way through a queue, as similar as they can be."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.ways import NUMBER, QUEUE, QUIET, rules
from tests.lab import accounts
from tests.lab.asterisk import Asterisk
from tests.lab.installation import Installation
from tests.lab.tree import Tree


@dataclass(frozen=True, slots=True)
class Route:
    """One way through a queue."""

    calls: int
    rate: float
    agents: int = 10
    wrap_up: int = 0
    """Seconds."""
    busy: float = 0.0
    """Of the offers."""
    overflow: int = 0
    """Seconds that callers wait in a queue before, whose only agent's phone is switched off."""

    @property
    def names(self) -> Sequence[str]:
        return [f"agent{number}" for number in range(self.agents)]


@asynccontextmanager
async def telekit(folder: Path, tree: Tree, path: Route) -> AsyncIterator[Asterisk]:
    """Let telekit lead the calls; whose phone was busy is passed over for a second."""
    told = rules(path.names).replace(
        "wrap_up: 0s", f"wrap_up: {path.wrap_up}s, missed: {{busy: {{skip: 1s}}, no-answer: {{skip: 1s}}}}"
    )
    if path.overflow:
        told = _overflowing(told, path.overflow)
    installation = Installation(folder, tree, told, phones=(*path.names, "away"))
    installation.asterisk.config |= QUIET
    async with installation:
        yield installation.asterisk


@asynccontextmanager
async def queue(folder: Path, tree: Tree, path: Route) -> AsyncIterator[Asterisk]:
    """Let app_queue lead them, with the shortest pause that it has between two tries."""
    members = "".join(f"member => PJSIP/{name}\n" for name in path.names)
    options = "ringinuse = no\nautofill = yes\ntimeout = 20\nretry = 1\n"
    then = QUEUE.replace(",,,,20", "")
    if path.overflow:
        first = f"exten => {NUMBER},1,Queue(first,,,,{path.overflow})\n"
        then = first + then.replace(f"exten => {NUMBER},1,", " same => n,")
    names = (*path.names, "away")
    config = QUIET | {
        "pjsip.conf": accounts.trunk() + "".join(accounts.phone(name, f"{name}-password") for name in names),
        "queues.conf": f"[bench]\nstrategy = leastrecent\n{options}wrapuptime = {path.wrap_up}\n{members}"
        f"[first]\n{options}member => PJSIP/away\n",
        "extensions.conf": f"[from-carrier]\n{then}",
    }
    async with Asterisk(folder / "asterisk", tree, config) as asterisk:
        yield asterisk


Start = Callable[[Path, Tree, Route], AbstractAsyncContextManager[Asterisk]]
WAYS: Mapping[str, Start] = {"queue": queue, "telekit": telekit}


def _overflowing(told: str, seconds: int) -> str:
    """Let the calls wait in another queue before, whose only agent's phone is switched off."""
    away = "  away: {name: away, phone: sip:away, skills: {german: 5}, shifts: [always]}\n"
    first = f"  first: {{requires: {{german: 3}}, steps: [{{after: {seconds}s, go: {{queue: bench}}}}]}}\n"
    return (
        told.replace("skills: [french]", "skills: [french, german]")
        .replace("agents:\n", f"agents:\n{away}")
        .replace("queues:\n", f"queues:\n{first}")
        .replace("queue: bench\n", "queue: first\n")
    )
