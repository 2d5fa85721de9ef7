"""What is told of callbacks while they wait, and letting one go."""

import re
from pathlib import Path

import pytest

from telekit.domain.fact import FactKind
from telekit.errors import TelekitError
from telekit.pbx.loopback.phone import Refuses
from telekit.service.callbacks_told import callbacks
from telekit.service.control import Request
from telekit.service.status import Glance, told
from telekit.service.story import Story
from tests.acd.day import ZONE
from tests.docs.page import DOCS, Page
from tests.service.test_callbacks import AGENT_FIRST, CALLER_FIRST, ZOE, Service, Who
from tests.service.world import passes


class Told(Service):
    """The service, whose story is told."""

    def _begin(self) -> None:
        super()._begin()
        self.lines: list[str] = getattr(self, "lines", [])
        self.exchange._journal = story = Story(self.journal, self.lines.append, ZONE)
        story.watch(self.exchange.distributor)

    def of_call(self, number: int) -> list[str]:
        return [line[10:].partition("  ")[2] for line in self.lines if line[10:].startswith(f"call {number} ")]


def request(**words: object) -> Request:
    return Request(words, "root")


async def test_they_are_listed_with_what_was_promised(tmp_path: Path) -> None:
    async with Service(tmp_path, CALLER_FIRST, zoe=Refuses()) as world:
        assert (await callbacks(world.exchange, request())) == {"callbacks": []}
        first = await world.busy()
        callback = await world.promised()
        (row,) = (await callbacks(world.exchange, request()))["callbacks"]
        assert (row["call"], row["queue"], row["number"], row["dialed"]) == (callback, "help", ZOE, "+33199001234")
        assert (row["waited"], row["tries"], row["again_in"], row["agents"]) == (16.0, 0, None, [])
        first.leave()
        await passes(1)
        (row,) = (await callbacks(world.exchange, request()))["callbacks"]
        assert (row["tries"], row["again_in"]) == (1, pytest.approx(59))


async def test_every_key_of_the_answers_stands_in_the_page_for_programs(tmp_path: Path) -> None:
    (told,) = re.findall(r"^\| `callbacks` \|.*$", Page(DOCS / "control.md").text, re.MULTILINE)
    async with Service(tmp_path, AGENT_FIRST) as world:
        await world.busy()
        callback = await world.promised()
        listed = await callbacks(world.exchange, request())
        cancelled = await callbacks(world.exchange, request(cancel=callback))
        assert all(f"`{key}`" in told for key in [*listed, *listed["callbacks"][0], *cancelled])


async def test_one_is_let_go_and_nobody_is_called(tmp_path: Path) -> None:
    async with Service(tmp_path, AGENT_FIRST) as world:
        first = await world.busy()
        callback = await world.promised()
        answer = await callbacks(world.exchange, request(cancel=callback))
        assert answer["cancelled"]["number"] == ZOE
        assert world.ended() == ["cancelled"]
        first.leave()
        await passes(10)
        assert world.zoe.rung == 0
        with pytest.raises(TelekitError, match=f"No callback is called '{callback}'"):
            await callbacks(world.exchange, request(cancel=callback))


async def test_a_caller_on_the_line_is_none_of_them(tmp_path: Path) -> None:
    async with Service(tmp_path, AGENT_FIRST) as world:
        await world.busy()
        waits = world.caller(caller=Who(ZOE))
        world.lead(waits)
        await passes(1)
        with pytest.raises(TelekitError):
            await callbacks(world.exchange, request(cancel=waits.id))


async def test_the_status_tells_who_is_to_be_called_back(tmp_path: Path) -> None:
    async with Service(tmp_path, AGENT_FIRST) as world:
        await world.busy()
        callback = await world.promised()
        row = told(Glance.at_once(world.exchange), world.exchange.now(), "rules")["calls"][0]
        assert (row["call"], row["state"], row["callback"]) == (callback, "waits", ZOE)


async def test_a_callback_reads_as_it_went(tmp_path: Path) -> None:
    async with Told(tmp_path, AGENT_FIRST) as world:
        await world.due()
        await passes(60)
        assert world.of_call(2) == [
            "+33199007788 calls +33199001234",
            "waits in help: nobody is free",
            "  not amina: on call",
            "the caller hangs up, to be called back at +33199007788",
            "it is the turn of +33199007788, and of amina",
            "amina answers; the caller has waited 23.0 s",
            "amina and the caller have talked for 30.0 s",
        ]


async def test_so_do_tries_in_vain_and_a_caller_who_is_faster(tmp_path: Path) -> None:
    async with Told(tmp_path, CALLER_FIRST, zoe=Refuses()) as world:
        await world.due()
        await passes(5)
        world.lead(world.caller(caller=Who(ZOE)))
        await passes(5)
        assert world.of_call(2)[-3:] == [
            "it is the turn of +33199007788, and of amina",
            "the person declined and will be tried again",
            "the caller is on the line again, at that place, as call 3",
        ]


async def test_a_callback_from_before_a_restart_is_told_under_a_number_of_its_own(tmp_path: Path) -> None:
    async with Told(tmp_path, CALLER_FIRST, zoe=Refuses()) as world:
        first = await world.busy()
        await world.promised()
        await world.restart()
        first.leave()
        world.amina.hang_up()
        await passes(5)
        assert len(world.facts(FactKind.CALLBACK_TRIED)) == 1
        assert world.of_call(1)[-1] == "the person declined and will be tried again"
