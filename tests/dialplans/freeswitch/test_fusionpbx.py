"""A real FreeSWITCH laid out as FusionPBX lays it out: a database answers for each context, profile and queue.

What stands for the database here is a context that takes all calls of contexts unknown to it.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from telekit.domain.names import OfferId
from telekit.domain.phone import Phone, PhoneKind
from telekit.domain.plan import Plan
from telekit.pbx.freeswitch.render.fusionpbx import in_one_file, render_rows
from telekit.pbx.port import Call
from tests.dialplans.beside import plan_of, rules_now
from tests.dialplans.freeswitch.beside import OPTIONS, FreeSwitchBeside, home_phone, telekit
from tests.lab.callers import Caller
from tests.lab.freeswitch import needed
from tests.lab.rendered_freeswitch import ADDED
from tests.lab.tree import Tree

NUMBER = "+33199001234"
AMINA = Phone(PhoneKind.SIP, "amina")
PATIENCE = 30.0
OWN = '<extension name="luc"><condition field="destination_number" expression="^1002$">\
<action application="bridge" data="user/luc@telekit"/></condition></extension>'
RECEPTION = '<extension name="reception"><condition field="destination_number" expression="^9$">\
<action application="bridge" data="user/luc@telekit"/></condition></extension>'
NOT_QUEUES = "<queues></queues><agents></agents><tiers></tiers>"


class LikeFusionPbx(FreeSwitchBeside):
    """One whose own files have neither contexts nor a profile of telekit's."""

    comes_to = "public"

    def write(self, plan: Plan, now: datetime) -> None:
        super().write(plan, now)
        parts = [(self.telekit / name).read_text() for name in ("dialplan.xml", "fallback.xml")]
        everything = self.telekit / "everything.xml"
        everything.write_text(in_one_file(parts, [OWN]))
        rows = render_rows(plan, self.options, str(everything), "pbx.example.org")
        settings = re.findall(r"^  \('(\S+)', '(.*)'\),?$", rows, re.MULTILINE)
        profile = self.telekit / "profile.xml"
        written = "".join(f'<param name="{name}" value="{value}"/>' for name, value in settings)
        profile.write_text(
            re.sub(r"<settings>.*</settings>", f"<settings>{written}</settings>", profile.read_text(), flags=re.DOTALL)
        )
        found = re.search(r"replace\('(.*?)', 'the-uuid", rows, re.DOTALL)
        assert found
        # Both are FusionPBX's: how long an extension rings is for the call to say.
        times = '<action application="set" data="call_timeout=120" inline="true"/>'
        self.inbound_routes = found[1].replace("<action", f"{times}<action", 1)
        directory = self.telekit / "directory.xml"
        directory.write_text(
            directory.read_text().replace("{media_timeout", "{leg_timeout=${call_timeout},media_timeout")
        )

    @property
    def added(self) -> Mapping[str, str]:
        queues = re.compile(r"<queues>.*</tiers>", re.DOTALL)
        added = {there: queues.sub(NOT_QUEUES, each) for there, each in ADDED.items()}
        database = f"""\
  <context name="global"><extension name="not-found"><condition>
   <action application="respond" data="404 Not Found"/></condition></extension></context>
  <context name="pbx.example.org">{RECEPTION}</context>
  <context name="public">{self.inbound_routes}"""
        return added | {'<context name="public">': database}


@pytest.fixture
async def switch(tmp_path: Path, asterisk_prefix: Tree) -> AsyncIterator[LikeFusionPbx]:
    at = datetime.now(UTC) - timedelta(minutes=1)
    plan = plan_of(tmp_path, rules_now())
    like = LikeFusionPbx(tmp_path / "freeswitch", needed(), asterisk_prefix, plan, OPTIONS, at)
    everything = like.telekit / "everything.xml"
    everything.write_text(everything.read_text().replace("x{30}", "x{0}").replace("timeout_sec=10", "timeout_sec=2"))
    async with like as running:
        yield running


async def test_a_call_is_led_and_an_agent_rings_and_dials(switch: LikeFusionPbx) -> None:
    asked = asyncio.Queue[str]()

    async def offer(call: Call) -> None:
        await call.offer([AMINA], ring=timedelta(seconds=20), offer=OfferId(f"{call.id}.1"))

    async def agent(call: Call) -> None:
        asked.put_nowait(f"{call.arguments['do']} {call.arguments['endpoint']}")
        await call.hang_up()

    async with (
        home_phone(switch, "amina", 1) as amina,
        home_phone(switch, "luc", 2) as luc,
        telekit(route=offer, agent=agent),
    ):
        async with Caller(switch, NUMBER) as caller:  # type: ignore[arg-type]
            await amina.rings(PATIENCE)
            await amina.answer()
            await caller.hears(1000)
        await amina.dial("*76")
        assert await asyncio.wait_for(asked.get(), PATIENCE) == "shift amina"
        await amina.dial("1002")
        await luc.rings(PATIENCE)


async def test_a_phone_rings_as_long_as_telekit_says(switch: LikeFusionPbx) -> None:
    async def offer(call: Call) -> None:
        await call.offer([AMINA], ring=timedelta(seconds=2), offer=OfferId(f"{call.id}.1"))
        await call.hang_up()

    async with home_phone(switch, "amina", 1) as amina, telekit(route=offer), Caller(switch, NUMBER) as caller:  # type: ignore[arg-type]
        await amina.rings(PATIENCE)
        await caller.ended(PATIENCE)


async def test_a_caller_keeps_the_place_where_no_queue_is_there_for_the_fallback(switch: LikeFusionPbx) -> None:
    back = asyncio.Queue[str]()

    async def take_back(call: Call) -> None:
        back.put_nowait(call.arguments["place"])
        await call.hang_up()

    async with Caller(switch, NUMBER) as caller:  # type: ignore[arg-type]
        await caller.answered(PATIENCE)
        async with telekit(route=take_back):
            assert re.fullmatch(r"\d+\.\d+:0:support", await asyncio.wait_for(back.get(), PATIENCE))
    assert switch.log.count(" callcenter(") == switch.log.count(" playback(local_stream:")


async def test_who_is_on_shift_rings_and_talks_where_no_queue_is_there_for_the_fallback(
    switch: LikeFusionPbx,
) -> None:
    async with (
        home_phone(switch, "amina", 1) as amina,
        home_phone(switch, "luc", 2) as luc,
        Caller(switch, NUMBER) as caller,  # type: ignore[arg-type]
    ):
        await amina.rings(PATIENCE)
        await amina.answer()
        await caller.hears(1000)
        await amina.hang_up()
        assert (await caller.ended(PATIENCE)).by == "callee"
        assert not luc.calls, "who is not on shift was rung"


async def test_a_call_goes_where_it_is_told_to_while_telekit_is_away(switch: LikeFusionPbx) -> None:
    await switch.cli("global_setvar telekit_instead=9 XML pbx.example.org")
    async with home_phone(switch, "luc", 2) as luc, Caller(switch, NUMBER):  # type: ignore[arg-type]
        await luc.rings(PATIENCE)
