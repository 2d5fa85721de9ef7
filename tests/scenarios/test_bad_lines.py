"""Agents try out lines that lose, delay or swallow sound: each is told what is wrong with theirs, and what to do.

All at once, as each takes half a minute; every line and its luck are its own.
"""

import asyncio
import json
from typing import Any

from tests.lab.desk_phone import DeskPhone
from tests.lab.freeswitch_installation import FreeSwitchInstallation
from tests.lab.home_line import HomeLine, Way
from tests.lab.installation import Installation
from tests.lab.phones import Phone
from tests.scenarios.rules import RULES

Kit = Installation | FreeSwitchInstallation
AGENTS = ("amina", "luc", "nora", "paul", "sara")
MORE = """\
  paul: {name: Paul Faure, phone: sip:paul, skills: {french: 8}, shifts: [always]}
  sara: {name: Sara Weber, phone: sip:sara, skills: {french: 8}, shifts: [always]}
"""
MEASURED = 0.01
"""By how much a share may be off: a few packets come between a report and the next look at it."""


class Stray(DeskPhone):
    """A phone that calls, but has never registered."""

    async def register(self) -> None:
        pass


async def tried(kit: Kit, agent: str) -> dict[str, Any]:
    return dict((await kit.fact("line-checked", agent=agent, within=60)).details)


def phone(kit: Kit, agent: str, line: HomeLine) -> Phone:
    return Phone(
        kit.switch, agent, f"{agent}-password", address=line.address.replace("127.0.0.1", "127.0.0."), line=line
    )


async def loses(kit: Kit) -> None:
    """Amina's line loses sound in both directions."""
    line = HomeLine(kit.switch, "127.0.0.111", up=Way(loss=0.2), down=Way(loss=0.15))
    async with line, phone(kit, "amina", line) as amina:
        await amina.dial("*79")
        await kit.plays_to("amina", "telekit/check-heard", "fr")
        await amina.press("1")
        told = await tried(kit, "amina")
        assert told["findings"] == "loss, not-encrypted"
        assert abs(told["loss_in"] - line.up.share) < MEASURED
        assert abs(told["loss_out"] - line.down.share) < MEASURED
        for prompt in ("check-loss", "check-cable"):
            await kit.plays_to("amina", f"telekit/{prompt}", "fr")


async def delays(kit: Kit) -> None:
    """Luc's line takes long, by turns longer."""
    line = HomeLine(kit.switch, "127.0.0.112", up=Way(delay=0.2, jitter=0.02), down=Way(delay=0.2))
    async with line, phone(kit, "luc", line) as luc:
        await luc.dial("*79")
        await kit.plays_to("luc", "telekit/check-heard")
        await luc.press("1")
        told = await tried(kit, "luc")
        assert (told["findings"], told["of"]) == ("slow, not-encrypted", "sound")
        assert 0.4 <= told["round_trip"] < 0.6
        assert max(told["loss_in"], told["loss_out"]) < MEASURED
        await kit.plays_to("luc", "telekit/check-slow")


async def sends_nothing(kit: Kit) -> None:
    """Nothing of what Nora's phone sends arrives, keys neither."""
    line = HomeLine(kit.switch, "127.0.0.113", up=Way(dead=True))
    async with line, phone(kit, "nora", line) as nora:
        await nora.dial("*79")
        await kit.plays_to("nora", "telekit/check-hears")
        await nora.press("1")
        told = await tried(kit, "nora")
        assert (told["spoke"], told["hears"]) == (False, None)
        assert told["findings"] == "nothing-comes, not-encrypted, unmeasured"
        await kit.plays_to("nora", "telekit/check-nothing-comes")


async def gets_nothing(kit: Kit) -> None:
    """Paul's phone is heard, and hears nothing: nobody says that this line is fine."""
    line = HomeLine(kit.switch, "127.0.0.114", down=Way(dead=True))
    async with line, phone(kit, "paul", line) as paul:
        await paul.dial("*79")
        told = await tried(kit, "paul")
        assert (told["spoke"], told["hears"], told["loss_out"]) == (True, None, None)
        assert told["loss_in"] < MEASURED
        assert told["findings"] == "unconfirmed, not-encrypted, unmeasured"


async def is_not_registered(kit: Kit) -> None:
    """Sara's phone calls, but no call would get to it."""
    async with Stray(kit.switch, "sara", "sara-password", address="127.0.0.15") as sara:
        await sara.dial("*79")
        await kit.plays_to("sara", "telekit/check-heard")
        sara.press("1")
        told = await tried(kit, "sara")
        assert (told["registered"], told["spoke"], told["hears"]) == (False, True, True)
        assert told["findings"].startswith("not-registered, ")
        await kit.plays_to("sara", "telekit/check-not-registered")


async def test_each_agent_with_a_bad_line_hears_and_is_shown_what_is_wrong_with_it(installed) -> None:
    rules = RULES.replace("shifts:\n  always", f"{MORE}shifts:\n  always").replace("{name: A", "{language: fr, name: A")
    kit = await installed(rules, phones=AGENTS)
    await asyncio.gather(*(each(kit) for each in (loses, delays, sends_nothing, gets_nothing, is_not_registered)))
    _, printed = await kit.telekit("lines")
    shown = {line.split()[0]: line for line in printed.splitlines()[1:]}
    assert "sound gets lost: a cable instead of wireless" in shown["amina"]
    assert "sound takes too long" in shown["luc"]
    assert "no sound arrives at all: router or firewall" in shown["nora"]
    assert "if nothing is heard, router or firewall" in shown["paul"]
    assert "not registered: switch the phone off and on" in shown["sara"]
    _, told = await kit.telekit("lines", "--json")
    assert [row["agent"] for row in json.loads(told)["agents"]] == list(AGENTS)
