"""telekit is killed while all is going on, and nobody notices; `make kill` does the same at 200 moments."""

from pathlib import Path

from tests.killing.figures import figures
from tests.killing.hour import Pace
from tests.killing.judge import judge
from tests.killing.run import run
from tests.lab.tree import Tree

BRISK = Pace(every=0.5, patience=(3.0, 3.0, 9.0), calm=(2.2, 2.8), absence=(1.5, 3.0), stays=False)
MOMENTS, SEED = 3, "a few"


async def test_telekit_may_be_killed_at_any_moment(asterisk_prefix: Tree, folder: Path) -> None:
    record = await run(asterisk_prefix, folder, MOMENTS, SEED, BRISK)
    assert judge(record, slack=record.late) == []
    kills = figures(record, SEED)["kills"]
    assert len(kills) == MOMENTS
    for here in ("talking", "waiting", "absent"):
        assert any(kill[here] for kill in kills), f"nobody was {here}: nothing was seen of that"
