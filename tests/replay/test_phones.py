"""How phones were is known of all, also of those of which a journal tells nothing: they had not registered."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from telekit.acd.eligibility import Obstacle
from telekit.domain.fact import Fact, FactKind
from telekit.pbx.loopback import run
from telekit.replay.comparison import Comparison
from telekit.replay.from_journal import from_journal
from telekit.replay.past import PastCall
from telekit.replay.recording import Recording
from telekit.store.reading import as_it_stood, last_start, read_journal
from tests.acd.day import agent, plan, queue, step
from tests.replay.day import Noted
from tests.service.world import passes, routed

ALWAYS = "08:00-08:00"
PLAN = routed(plan([agent("amina", ALWAYS, french=9), agent("luc", ALWAYS, french=5)], queue("help", step(french=1))))


async def _calls_in_vain(folder: Path, registered: tuple[str, ...], hours: int, restarts: bool) -> list[Fact]:
    world = Noted(PLAN, folder)
    phones = [world.phone(name) for name in ("amina", "luc")]
    for phone in phones:
        phone.reachable = phone.phone.address in registered
    async with world:
        await passes(hours * 3600)
        if restarts:
            for phone in phones:
                phone.reachable = False
            await world.restart()
        await passes(60)
        await world.serve(patience=timedelta(seconds=30))
        await passes(60)
        return list(world.taken)


def recorded(folder: Path, since: datetime) -> Recording:
    journal = folder / "telekit.db"
    recording = from_journal(read_journal(journal, since), as_it_stood(journal, since))
    assert recording is not None
    return recording


@pytest.mark.parametrize(
    ("registered", "hours", "restarts"),
    [((), 0, False), ((), 30, False), (("amina", "luc"), 1, True), (("luc",), 30, True)],
)
def test_nobody_is_asked_whose_phone_has_not_registered_since_the_start(
    tmp_path: Path, registered: tuple[str, ...], hours: int, restarts: bool
) -> None:
    facts = run(_calls_in_vain(tmp_path, registered, hours, restarts))
    of_call = [fact for fact in facts if fact.call is not None]
    assert FactKind.ABANDONED in {fact.kind for fact in of_call}
    came_at = of_call[0].at
    started_at = last_start(tmp_path / "telekit.db", came_at)
    assert started_at is not None
    for since in (facts[0].at, started_at, came_at - timedelta(minutes=1), came_at):
        comparison = Comparison(PLAN, recorded(tmp_path, since), reroutes=False)
        comparison.replay.run()
        assert comparison.compared().differences == ()
        past = PastCall(PLAN, recorded(tmp_path, since), of_call[0].call, of_call).through()
        assert past.difference is None
        cases = {verdict.agent: verdict.obstacle for verdict in past.looks[0].verdicts}
        assert cases == {"amina": Obstacle.UNREACHABLE, "luc": Obstacle.UNREACHABLE}
