"""People whom telekit calls by itself, on a real FreeSWITCH, by telekit's own user and dialplan."""

import asyncio
import re
from datetime import timedelta
from pathlib import Path

from telekit.domain.names import LegId, own_leg
from telekit.domain.phone import Phone, PhoneKind
from telekit.pbx.freeswitch.channels import EVENTS
from telekit.pbx.freeswitch.esl.link import Link
from telekit.pbx.freeswitch.esl.opening import Account
from telekit.pbx.freeswitch.outbound.surroundings import Surroundings
from telekit.pbx.freeswitch.outgoing import Outgoing
from telekit.pbx.port import Call
from tests.dialplans.beside import PROMPT, plan_of, rules_now
from tests.dialplans.freeswitch.beside import CONTROL, beside, home_phone, telekit
from tests.lab.tree import Tree

OFFERING = "strategy: fixed, ring: 20s, steps: [{after: 5m, offer: callback}]"


async def test_who_is_called_is_led_by_a_script_and_then_by_what_the_rules_say(
    tmp_path: Path, asterisk_prefix: Tree
) -> None:
    plan = plan_of(tmp_path, rules_now().replace("strategy: fixed, ring: 20s", OFFERING))
    led = asyncio.Queue[tuple[str, str]]()

    async def own(call: Call) -> None:
        led.put_nowait(("own", call.arguments["promise"]))
        await call.set("TELEKIT_PLACE", "1795394872.123:0:support")
        await asyncio.Event().wait()

    async def route(call: Call) -> None:
        led.put_nowait(("route", call.arguments["place"]))
        await call.hang_up()

    async with (
        beside(tmp_path / "freeswitch", asterisk_prefix, plan) as switch,
        home_phone(switch, "amina", 1) as amina,
    ):
        link = Link(Account(port=8021, user="telekit@telekit", password=CONTROL), EVENTS)
        outgoing = Outgoing(link, Surroundings(switch.options.sounds, "telekit", "/nowhere"))
        outgoing.start()
        await link.start()
        amina.answers = True
        phone = Phone(PhoneKind.SIP, "amina")
        arguments = {"promise": "7 % +"}

        def call_out(number: int) -> "asyncio.Future[object]":
            calling = outgoing.call_out(phone, "own", arguments=arguments, leg=leg(number), ring=timedelta(seconds=20))
            return asyncio.ensure_future(calling)

        async with telekit(own=own):
            first = call_out(1)
            await amina.rings()
            assert await asyncio.wait_for(led.get(), 40) == ("own", "7 % +")
        # telekit was lost: the person waits on at the same place.
        async with telekit(route=route):
            assert await asyncio.wait_for(led.get(), 40) == ("route", "1795394872.123:0:support")
        await amina.ended()
        # It is away from the start: there is an apology.
        second = call_out(2)
        apology = await amina.rings()
        await amina.hears(PROMPT)
        await amina.ended(apology)
        first.cancel()
        second.cancel()
        await link.stop()
        assert re.search(r"playback\(\S+/fault\.wav\)", switch.log)


def leg(number: int) -> LegId:
    return own_leg(f"test-{number}")
