"""What is told to a caller, however the line may change: never worse news, never what is not known."""

import random
from pathlib import Path

import pytest

from telekit.acd.estimate import Estimate
from telekit.acd.outlook import Outlook
from telekit.callflow.spoken import minutes_told
from telekit.domain.fact import FactKind
from telekit.pbx.loopback import Rings
from tests.acd.day import seconds
from tests.callflow.test_announce import announcing, begin
from tests.service.world import World, passes

LOOKS = 150


def drawn(chance: random.Random) -> Outlook | None:
    """Draw what a caller has to expect, near to what it was or far from it, known well or not, or not at all."""
    if chance.random() < 0.1:
        return None
    wait = chance.choice((5, 50, 90, 200, 700, 3000)) * chance.uniform(0.9, 1.1)
    spread = chance.choice((0.05, 0.2, 0.5, 2.0))
    known = Estimate(
        seconds(wait), seconds(wait * (1 - spread / 3)), seconds(wait * (1 + spread)), chance.choice((3, 20, 50))
    )
    return Outlook(chance.randint(1, 9), known if chance.random() < 0.9 else None)


@pytest.mark.parametrize("seed", range(20))
async def test_neither_place_nor_wait_ever_gets_worse_and_nothing_unknown_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    chance = random.Random(seed)
    outlooks: list[Outlook | None] = []

    def outlook(_: object) -> Outlook | None:
        outlooks.append(drawn(chance))
        return outlooks[-1]

    world = World(announcing(15, 20), tmp_path)
    world.phone("amina", Rings())
    async with world:
        monkeypatch.setattr(world.exchange, "outlook", outlook)
        world.switch.phone("sip:amina").reachable = False
        await begin(world)
        await begin(world)
        while len(outlooks) < LOOKS:
            await passes(15)
        for call in {fact.call for fact in world.facts(FactKind.ANNOUNCED)}:
            told = [fact for fact in world.facts(FactKind.ANNOUNCED) if fact.call == call]
            places = [fact.details["position"] for fact in told if "position" in str(fact.details["told"])]
            waits = [fact.details["expected_wait"] for fact in told if "expected wait" in str(fact.details["told"])]
            assert places == sorted(places, reverse=True)  # type: ignore[type-var]
            minutes = [minutes_told(seconds(float(wait))) for wait in waits if wait is not None]
            assert minutes == sorted(minutes, reverse=True)
            assert len(minutes) == len(waits)
            known = {
                round(o.estimate.wait.total_seconds(), 1)
                for o in outlooks
                if o and o.estimate and o.estimate.known_well
            }
            assert set(waits) <= known
            assert len(places) > 1
