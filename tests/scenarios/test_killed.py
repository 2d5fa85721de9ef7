"""telekit is killed while all is going on, and nobody notices; `make kill` does the same at 200 moments."""

from tests.killing.figures import figures
from tests.killing.hour import AGENTS, RULES, Pace
from tests.killing.judge import judge
from tests.killing.run import run
from tests.scenarios.conftest import Install

BRISK = Pace(every=0.5, patience=(3.0, 3.0, 9.0), calm=(2.2, 2.8), absence=(1.5, 3.0), stays=False)
MOMENTS, SEED = 3, "a few"


async def test_telekit_may_be_killed_at_any_moment(beside: Install) -> None:
    record = await run(beside(RULES, phones=AGENTS), MOMENTS, SEED, BRISK)
    assert judge(record, slack=record.late + record.slow) == []
    kills = figures(record, SEED)["kills"]
    assert len(kills) == MOMENTS
    for here in ("talking", "waiting", "absent"):
        assert any(kill[here] for kill in kills), f"nobody was {here}: nothing was seen of that"
