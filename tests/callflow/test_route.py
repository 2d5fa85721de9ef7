"""An incoming call on its way: routes, menus, scripts, and ways that lead nowhere."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from telekit.domain.call import Caller as Number
from telekit.domain.destination import Destination, HangUp, ToMenu, ToQueue, ToScript, ToVoicemail, Treatment
from telekit.domain.fact import FactKind
from telekit.domain.names import MenuName, QueueName, ScriptName
from telekit.domain.plan import Plan
from telekit.domain.route import Menu, Numbers, Route
from telekit.errors import SwitchError
from telekit.pbx.loopback import Answers
from telekit.pbx.port import Call, Recording
from tests.acd.day import agent, hours, plan, queue, seconds
from tests.service.world import Caller, World, passes, routed

TALK = Answers(after=timedelta(seconds=5), talks=timedelta(minutes=2))
NIGHT = {"opening": hours("22:00-23:00")}


def with_menus(rules: Plan, **menus: Menu) -> Plan:
    return replace(rules, menus={MenuName(name): menu for name, menu in menus.items()})


def menu(name: str, choices: Mapping[str, Destination], nothing: Destination = HangUp()) -> Menu:  # noqa: B008
    return Menu(MenuName(name), (f"custom/{name}",), choices, nothing, tries=2)


async def test_the_first_route_that_takes_a_call_leads_it(tmp_path: Path) -> None:
    hidden = Route(HangUp(), caller=Numbers(anonymous=True), label="hidden")
    rules = replace(plan([agent("amina")]), routes=(hidden, Route(ToVoicemail(), label="others")))
    async with World(rules, tmp_path) as world:
        assert (await world.serve(caller=Number(None))).story == ["hung up"]
        assert "played telekit/leave-message" in (await world.serve()).story
        assert world.told(FactKind.CALL_ROUTED, "label") == ["hidden", "others"]


async def test_a_call_that_no_route_takes_is_hung_up(tmp_path: Path) -> None:
    async with World(plan([agent("amina")]), tmp_path) as world:
        assert (await world.serve()).story == ["hung up"]
        assert world.told(FactKind.CALL_ROUTED, "route") == [None]
        assert world.told(FactKind.CALL_ENDED, "by") == ["telekit"]


async def test_a_closed_queue_says_so_and_sends_the_call_on(tmp_path: Path) -> None:
    closed = Treatment(("closed", "custom/come-tomorrow"), ToVoicemail())
    async with World(routed(plan([agent("amina")], queue(closed=closed, **NIGHT))), tmp_path) as world:
        caller = await world.serve()
        assert caller.story[:4] == [
            "answered",
            "played telekit/closed",
            "played custom/come-tomorrow",
            "played telekit/leave-message",
        ]
        assert world.told(FactKind.DIVERTED, "reason") == ["closed"]


async def test_music_stops_before_who_waited_in_vain_is_told_so(tmp_path: Path) -> None:
    rules = routed(plan([agent("amina", "08:00-13:01")], queue(no_agent=Treatment(("no-agent",)))))
    async with World(rules, tmp_path) as world:
        assert (await world.serve()).story[-4:] == [
            "music default",
            "music off",
            "played telekit/no-agent",
            "hung up",
        ]


async def test_a_key_chooses_and_silence_chooses_too(tmp_path: Path) -> None:
    rules = with_menus(
        routed(plan([agent("amina")]), ToMenu(MenuName("main"))),
        main=menu("main", {"1": ToQueue(QueueName("help")), "2": ToVoicemail()}),
    )
    world = World(rules, tmp_path)
    world.phone("amina", TALK)
    async with world:
        assert "offered sip:amina: talked 0:02:00" in (await world.serve(keys="1")).story
        assert "recorded" in " ".join((await world.serve(keys="72")).story)
        silent = (await world.serve(keys=",,")).story
        assert silent[-3:] == ["played custom/main", "chose nothing", "hung up"]
        assert silent.count("played telekit/menu-invalid") == 1


async def test_rules_that_lead_in_a_circle_end_by_themselves(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    there, back = MenuName("there"), MenuName("back")
    rules = with_menus(
        routed(plan([agent("amina")]), ToMenu(there)),
        there=menu("there", {}, ToMenu(back)),
        back=menu("back", {}, ToMenu(there)),
    )
    async with World(rules, tmp_path) as world:
        caller = await world.serve(keys="," * 1000)
        assert caller.story[-2:] == ["played telekit/fault", "hung up"]
        assert "lead in a circle" in caplog.text


async def test_queues_that_send_calls_to_each_other_end_by_themselves(tmp_path: Path) -> None:
    rules = plan(
        [agent("amina")],
        queue("help", closed=Treatment((), ToQueue(QueueName("more"))), **NIGHT),
        queue("more", closed=Treatment((), ToQueue(QueueName("help"))), **NIGHT),
    )
    async with World(routed(rules), tmp_path) as world:
        assert (await world.serve()).story[-1] == "hung up"
        assert len(world.facts(FactKind.DIVERTED)) == 50


async def test_a_script_of_ones_own_leads_the_call_from_there(tmp_path: Path) -> None:
    async def greet(call: Call) -> None:
        await call.play("hello")

    rules = routed(plan([agent("amina")]), ToScript(ScriptName("greet")))
    async with World(rules, tmp_path, scripts={"greet": greet}) as world:
        assert (await world.serve()).story == ["played hello", "hung up"]


async def test_a_script_that_is_not_there_is_told_to_caller_and_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with World(routed(plan([agent("amina")]), ToScript(ScriptName("nobody"))), tmp_path) as world:
        assert (await world.serve()).story == ["answered", "played telekit/fault", "hung up"]
        assert "script 'nobody', which is not there" in caplog.text


async def test_a_script_that_raises_stands_in_the_journal_and_raises_on(tmp_path: Path) -> None:
    async def stumble(call: Call) -> None:
        raise RuntimeError("no such customer")

    rules = routed(plan([agent("amina")]), ToScript(ScriptName("stumble")))
    async with World(rules, tmp_path, scripts={"stumble": stumble}) as world:
        with pytest.raises(RuntimeError):
            await world.serve()
        assert world.told(FactKind.SCRIPT_FAILED, "error") == ["RuntimeError('no such customer')"]
        assert world.told(FactKind.CALL_ENDED, "by") == ["fault"]


class Voiceless(Caller):
    async def play(self, *prompts: str, interrupt: str = "") -> str:
        raise SwitchError("Asterisk could not do it: the file is not there.")

    async def menu(self, *prompts: str, **how: object) -> str | None:  # type: ignore[override]
        raise SwitchError("Asterisk could not do it: the file is not there.")


async def test_a_menu_that_cannot_be_heard_leads_where_silence_leads(tmp_path: Path) -> None:
    rules = with_menus(
        routed(plan([agent("amina")]), ToMenu(MenuName("main"))),
        main=menu("main", {"1": HangUp()}, ToQueue(QueueName("help"))),
    )
    world = World(rules, tmp_path)
    world.phone("amina", TALK)
    async with world:
        caller = Voiceless(world)
        await world.lead(caller)
        assert "offered sip:amina: talked 0:02:00" in caller.story


async def test_a_menu_that_new_rules_no_longer_have_is_told_to_the_caller(tmp_path: Path) -> None:
    rules = with_menus(
        routed(plan([agent("amina")]), ToMenu(MenuName("main"))),
        main=menu("main", {"1": ToMenu(MenuName("more"))}),
        more=menu("more", {}),
    )
    async with World(rules, tmp_path) as world:
        led = world.lead(caller := world.caller(keys=","))
        await passes(3)
        world.exchange.change_plan(with_menus(rules, main=menu("main", {})))
        caller.press("1")
        await led
        assert caller.story[-2:] == ["played telekit/fault", "hung up"]


async def test_a_message_is_kept_with_its_length(tmp_path: Path) -> None:
    async with World(routed(plan([agent("amina")]), ToVoicemail()), tmp_path) as world:
        caller = await world.serve()
        assert caller.story[-2:] == ["played telekit/message-saved", "hung up"]
        (fact,) = world.facts(FactKind.MESSAGE_LEFT)
        assert fact.details["length"] == 10.0
        assert str(fact.details["path"]).startswith("/loopback/20261123-120004-loopback-")


async def test_a_caller_who_hangs_up_while_speaking_has_left_a_message_too(tmp_path: Path) -> None:
    async with World(routed(plan([agent("amina")]), ToVoicemail()), tmp_path) as world:
        await world.serve(patience=seconds(8))
        assert world.told(FactKind.MESSAGE_LEFT, "length") == [4.0]
        assert world.told(FactKind.CALL_ENDED, "by") == ["caller"]


async def test_a_message_that_cannot_be_announced_is_taken_all_the_same(tmp_path: Path) -> None:
    async with World(routed(plan([agent("amina")]), ToVoicemail()), tmp_path) as world:
        await world.lead(Voiceless(world))
        assert world.told(FactKind.MESSAGE_LEFT, "length") == [10.0]


class Forgetful(Caller):
    async def record(self, name: str, **how: object) -> Recording:  # type: ignore[override]
        raise SwitchError("Asterisk could not record: its log says why.")


async def test_a_message_that_cannot_be_kept_is_a_fault(tmp_path: Path) -> None:
    async with World(routed(plan([agent("amina")]), ToVoicemail()), tmp_path) as world:
        with pytest.raises(SwitchError):
            await world.lead(Forgetful(world))
        assert world.told(FactKind.CALL_ENDED, "by") == ["fault"]
        assert world.facts(FactKind.MESSAGE_LEFT) == []
