"""What `telekit explain --live` is told."""

from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from telekit.acd.events import WrapUpExtended
from telekit.cli.explain_live import is_offered, live_lines
from telekit.domain.destination import HangUp, ToMenu
from telekit.domain.names import AgentName, MenuName
from telekit.domain.preference import NamedAgent, Preference
from telekit.domain.queue import MissCause, Strategy
from telekit.domain.route import Menu
from telekit.errors import TelekitError
from telekit.pbx.loopback import Answers, Refuses, Rings
from telekit.service.control import Request
from telekit.service.explaining import explain_now
from tests.acd.day import agent, hours, plan, queue, seconds, step
from tests.service.world import HELP, World, passes, routed

DAY = routed(plan([agent("amina"), agent("luc", "14:00-15:00")]))


async def explained(world: World, **words: object) -> Any:
    return await explain_now(world.exchange, Request(words, "marie"))


async def test_a_call_that_would_come_now_finds_people_as_they_are(tmp_path: Path) -> None:
    world = World(DAY, tmp_path)
    world.phone("amina", Answers(talks=seconds(60)))
    async with world:
        told = await explained(world, dialed="+33199001234")
        assert (told["queue"], told["open"], told["waiting"], told["rings"]) == ("help", True, 0, ["amina"])
        assert [(each["agent"], each["reason"]) for each in told["agents"]] == [("amina", None), ("luc", "off shift")]
        world.lead(world.caller())
        await passes(10)
        told = await explained(world, dialed="+33199001234", caller="+33199007788")
        assert [each["reason"] for each in told["agents"]] == ["on call", "off shift"]


async def test_a_call_that_waits_is_told_with_who_rings(tmp_path: Path) -> None:
    world = World(DAY, tmp_path)
    amina = world.phone("amina", Rings())
    async with world:
        caller = world.caller()
        world.lead(caller)
        await amina.rings()
        told = await explained(world, call=caller.id)
        assert (told["queue"], told["waiting"], told["rings"]) == ("help", 1, ["amina"])


async def test_who_missed_a_call_that_rings_elsewhere_is_told_so(tmp_path: Path) -> None:
    world = World(routed(plan([agent("amina"), agent("luc")])), tmp_path)
    world.phone("amina", Refuses(cause=MissCause.NO_ANSWER))
    luc = world.phone("luc", Rings())
    async with world:
        caller = world.caller()
        world.lead(caller)
        await luc.rings()
        told = await explained(world, call=caller.id)
        assert (told["rings"], told["agents"][0]["reason"]) == (["luc"], "missed this call")


async def test_a_call_that_does_not_wait_is_the_journals(tmp_path: Path) -> None:
    async with World(DAY, tmp_path) as world:
        with pytest.raises(TelekitError, match="No call '7' waits now"):
            await explained(world, call="7")


async def test_a_call_that_no_route_takes_is_told_so(tmp_path: Path) -> None:
    async with World(plan([agent("amina")]), tmp_path) as world:
        told = await explained(world, dialed="+33199001234")
        assert (told["queue"], told["goes"], told["agents"]) == (None, "no route takes this call: it is hung up", [])


async def test_a_person_is_told_times_of_the_rules_zone_and_of_no_other_without_its_name(tmp_path: Path) -> None:
    luc = replace(agent("luc", "22:00-06:00"), zone=ZoneInfo("Indian/Reunion"))
    async with World(routed(plan([agent("amina", "14:00-15:00"), luc])), tmp_path) as world:
        told = list(live_lines(await explained(world, dialed="+33199001234")))
    assert told[0] == "at     Mon 23 Nov 2026 13:00, Europe/Paris"
    assert [line.split(maxsplit=2)[2] for line in told[-3:-1]] == [
        "off shift  14:00-15:00 starts 14:00, until 14:00:00",
        "off shift  22:00-06:00 ended 06:00, 22:00-06:00 starts 22:00 (Indian/Reunion), until 19:00:00",
    ]
    assert told[-1] == "by time alone this changes 14:00:00 (amina) first"


async def test_the_end_of_a_shift_changes_the_answer_as_what_ends_by_itself_does(tmp_path: Path) -> None:
    day = routed(plan([agent("amina"), agent("luc", "12:00-17:00")]))
    world = World(day, tmp_path)
    world.phone("amina", Answers())
    world.phone("luc", Answers())
    async with world:
        told = await explained(world, dialed="+33199001234")
        assert told["change"] == {"at": "2026-11-23T16:00:00+00:00", "what": "luc", "agent": "luc"}
        world.exchange.tell(WrapUpExtended(AgentName("amina"), world.exchange.now() + seconds(90)))
        told = await explained(world, dialed="+33199001234")
        assert told["change"] == {"at": "2026-11-23T12:01:30+00:00", "what": "amina", "agent": "amina"}


async def test_who_rings_first_is_told_and_who_later(tmp_path: Path) -> None:
    agents = [agent("amina", french=5), agent("luc", french=9), agent("zoe", french=3)]
    help_ = queue("help", step(french=5, strategy=Strategy.MOST_SKILLED), step(30, french=1))
    world = World(routed(plan(agents, help_)), tmp_path)
    for name in ("amina", "luc", "zoe"):
        world.phone(name, Answers())
    async with world:
        told = await explained(world, dialed="+33199001234")
    assert is_offered(told)
    assert [line.split() for line in live_lines(told)][3:6] == [
        ["amina", "yes"],
        ["luc", "yes", "rings", "first"],
        ["zoe", "yes", "after", "30s"],
    ]


async def test_a_queue_that_is_closed_offers_nobody_until_it_opens(tmp_path: Path) -> None:
    at_three = queue("help", opening=hours("15:00-17:00"))
    world = World(routed(plan([agent("amina")], at_three)), tmp_path)
    world.phone("amina", Answers())
    async with world:
        told = await explained(world, dialed="+33199001234")
    assert (told["open"], told["rings"], is_offered(told)) == (False, [], False)
    assert list(live_lines(told))[-2:] == [
        "not now: closed until Mon 23 Nov 15:00",
        "by time alone this changes 15:00:00 (the queue opens) first",
    ]


async def test_the_closing_of_the_queue_changes_the_answer(tmp_path: Path) -> None:
    until_two = queue("help", opening=hours("08:00-14:00"))
    world = World(routed(plan([agent("amina")], until_two)), tmp_path)
    world.phone("amina", Answers())
    async with world:
        told = await explained(world, dialed="+33199001234")
    assert told["change"] == {"at": "2026-11-23T13:00:00+00:00", "what": "the queue closes", "agent": None}


async def test_the_next_step_of_a_call_that_waits_changes_the_answer(tmp_path: Path) -> None:
    help_ = queue("help", step(french=5), step(30, french=1))
    world = World(routed(plan([agent("amina", french=1)], help_)), tmp_path)
    world.phone("amina", Rings())
    async with world:
        caller = world.caller()
        world.lead(caller)
        await passes(10)
        told = await explained(world, call=caller.id)
        assert told["change"]["what"] == "its next step"


async def test_the_way_through_a_menu_is_that_of_the_keys(tmp_path: Path) -> None:
    main = Menu(MenuName("main"), (), choices={"1": HELP}, nothing=HangUp(), tries=2)
    rules = replace(routed(plan([agent("amina")]), ToMenu(main.name)), menus={main.name: main})
    world = World(rules, tmp_path)
    world.phone("amina", Answers())
    async with world:
        pressed = await explained(world, dialed="+33199001234", menu=["5", "1"])
        assert (pressed["queue"], pressed["rings"]) == ("help", ["amina"])
        assert [line.split("  ")[:2] for line in list(live_lines(pressed))[2:4]] == [
            ["menu main", "has no key 5, only 1: it asks again"],
            ["menu main", "key 1"],
        ]
        told = await explained(world, dialed="+33199001234")
        assert (told["queue"], is_offered(told)) == (None, False)


async def test_nobody_is_told_to_ring_first_where_the_route_prefers_somebody(tmp_path: Path) -> None:
    rules = routed(plan([agent("amina"), agent("luc")]))
    preference = Preference(NamedAgent(AgentName("luc")), seconds(20))
    world = World(replace(rules, routes=(replace(rules.routes[0], prefer=preference),)), tmp_path)
    world.phone("amina", Answers())
    async with world:
        told = await explained(world, dialed="+33199001234")
    assert told["rings"] == []
    assert any(line.startswith("the route holds it first for whom it prefers") for line in live_lines(told))
