"""telekit stays away: the fallback takes calls by the last good roster; telekit takes over again and drops nobody.

Who talks through the fallback goes on, and counts as on call. Who waits in it is rung for by its own queue, until its
turn is over after a minute; then telekit has the call, at the place that it had. New calls are telekit's at once.
"""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.lab.callers import Caller
from tests.lab.phones import Phone
from tests.lab.service import Service
from tests.scenarios.rules import NUMBER, TECHNICAL, only

HERTZ = {"amina": 900, "luc": 1100, "nora": 1300}


def phones(kit: Service) -> list[Phone]:
    home = kit.outside()
    return [
        Phone(home, name, kit.password(name), address=f"127.0.0.{11 + number}", tls=True, hertz=hertz)
        for number, (name, hertz) in enumerate(HERTZ.items())
    ]


async def test_telekit_comes_back_to_one_who_talks_and_one_who_waits_in_the_fallback(installed) -> None:
    kit = await installed(only("luc", "nora"), rendered=True, before=lambda kit: kit.wait_no_longer())
    amina, luc, nora = phones(kit)
    async with amina, luc, nora:
        await kit.presence("luc", "available")
        await kit.kill()
        async with Caller(kit.switch, NUMBER, "+33199007701") as talking:
            first = await luc.rings()
            await luc.answer()
            await talking.hears(HERTZ["luc"])
            async with Caller(kit.switch, NUMBER, "+33199007702") as waiting:
                await kit.waits("billing", "+33199007702")
                await kit.serve()
                await kit.presence("luc", "on-call")
                async with Caller(kit.switch, TECHNICAL, "+33199007703") as new:
                    await nora.rings()
                    await nora.answer()
                    await new.hears(HERTZ["nora"])
                    assert (await kit.fact("joined")).agent == "nora"
                    await new.hang_up()
                await talking.hears(HERTZ["luc"])
                assert first.ended_at is None
                assert len(luc.calls) == 1, "who talks is not rung"
                await talking.hang_up()
                second = await luc.rings()
                assert second.caller.endswith("7702")
                await luc.answer()
                await waiting.hears(HERTZ["luc"])
                await kit.presence("luc", "on-call")
                await waiting.hang_up()
        assert (amina.calls, len(luc.calls), len(nora.calls)) == ([], 2, 1), "amina is not on shift"
        assert [line.agent for line in kit.facts("offered")] == ["nora"]


async def test_who_waits_in_the_fallback_is_telekits_again_at_the_same_place(installed) -> None:
    def soon(kit: Any) -> None:
        kit.wait_no_longer()
        kit.ask_again_after(3)

    kit = await installed(only("luc"), rendered=True, before=soon)
    _, luc, _ = phones(kit)
    async with luc:
        await kit.presence("luc", "available")
        await kit.kill()
        async with Caller(kit.switch, NUMBER, "+33199007701") as talking:
            await luc.rings()
            await luc.answer()
            await talking.hears(HERTZ["luc"])
            came_at = datetime.now(UTC).timestamp()
            async with Caller(kit.switch, NUMBER, "+33199007702") as waiting:
                await kit.waits("billing", "+33199007702")
                await kit.serve()
                async with Caller(kit.switch, NUMBER, "+33199007703") as later:
                    queued = {line.call: line for line in await kit.facts_are(2, "queued")}
                    numbers = {line.call: line.details["caller"] for line in kit.facts("call-arrived")}
                    place = {numbers[call]: line.details["entered_at"] for call, line in queued.items()}
                    assert place["+33199007702"] == pytest.approx(came_at, abs=2)
                    await talking.hang_up()
                    assert (await luc.rings()).caller.endswith("7702"), "who came first is first"
                    await luc.answer()
                    await waiting.hears(HERTZ["luc"])
                    await later.hang_up()
                await waiting.hang_up()
