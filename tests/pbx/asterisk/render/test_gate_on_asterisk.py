"""A real Asterisk runs the rendered gates at thousands of instants, through both changes of the clocks."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from telekit.domain.names import AgentName
from telekit.pbx.asterisk.render.context import context
from telekit.pbx.asterisk.render.gate import agent_gate
from telekit.pbx.render.stretches import Horizon
from telekit.roster.roster import Roster
from telekit.rules import load
from tests.lab import accounts
from tests.lab.asterisk import Asterisk
from tests.lab.callers import Caller
from tests.lab.tree import Tree
from tests.pbx.asterisk.render.subroutine import run

RULES = """
timezone: Europe/Paris
shifts:
  early: mon-fri 07:00-13:00
  saturdays: sat 09:00-13:00 every 2 weeks from 2026-03-21
  night: [mon-thu 22:00-06:00, fri 22:00-02:00, sun 01:30-02:30]
agents:
  amina: {name: Amina, phone: sip:amina, shifts: [early, saturdays]}
  luc: {name: Luc, phone: sip:luc, timezone: America/New_York, shifts: [night]}
  zoe: {name: Zoe, phone: sip:zoe, timezone: Indian/Reunion, shifts: [early, night]}
exceptions:
  - {agent: amina, on: 2026-03-25, off: leave}
  - {agent: amina, on: 2026-03-27, shift: "22:00-03:00"}
  - {agent: zoe, on: 2026-04-08, off: leave}
"""
STEP = timedelta(minutes=7, seconds=1)
COUNT = 700  # of instants in one call: what a variable can hold
# GotoIfTime looks at TESTTIME in place of the clock (Asterisk main/pbx_builtins.c); EPOCH is made to.
ASK = """
[ask-{number}]
exten => s,1,Set(TESTTIME={start})
 same => n,Set(TOLD=)
 same => n(next),Gosub(gate,s,1)
 same => n,Set(TOLD=${{TOLD}}${{GOSUB_RETVAL}})
 same => n,Set(TESTTIME=$[${{TESTTIME}} + {step}])
 same => n,GotoIf($[${{TESTTIME}} < {end}]?next)
 same => n,Set(GLOBAL(TOLD{number})=${{TOLD}})
 same => n,Hangup()
"""


@pytest.mark.parametrize("name", ["amina", "luc", "zoe"])
@pytest.mark.parametrize("focus", [datetime(2026, 3, 27, tzinfo=UTC), datetime(2026, 10, 23, tzinfo=UTC)])
async def test_asterisk_opens_the_gate_when_the_roster_does(
    tmp_path: Path, asterisk_prefix: Tree, name: str, focus: datetime
) -> None:
    rules = tmp_path / "rules.yaml"
    rules.write_text(RULES)
    plan = load([rules])
    agent = plan.agents[AgentName(name)]
    roster = Roster(plan)
    start_at = focus - timedelta(days=3)
    horizon = Horizon(start_at, start_at + timedelta(days=6))
    margin = timedelta(seconds=20)
    gate = agent_gate(plan, roster, agent, horizon, margin)

    instants = [start_at + number * STEP for number in range(4 * COUNT)]
    told = await ask(tmp_path / "asterisk", asterisk_prefix, context("gate", gate.lines), instants)

    for at, on in zip(instants, told, strict=True):
        assert on == run(gate.lines, at), f"at {at:%a %d %b %H:%M:%S} UTC Asterisk differs from the test's own reading"
        until = roster.on_until(agent.name, at)
        if at < horizon.end_at:
            assert on == (until is not None and at < until - margin), f"at {at:%a %d %b %H:%M:%S} UTC"
        elif on:
            assert until is not None, f"at {at:%a %d %b %H:%M:%S} UTC"
    assert any(on for at, on in zip(instants, told, strict=True) if at >= horizon.end_at)


async def ask(folder: Path, tree: Tree, gate: str, instants: list[datetime]) -> list[bool]:
    """Run a gate on Asterisk at these instants, a call for each few hundred."""
    parts = [instants[start : start + COUNT] for start in range(0, len(instants), COUNT)]
    step = int(STEP.total_seconds())
    asks = "".join(
        ASK.format(
            number=number, start=int(part[0].timestamp()), step=step, end=int(part[0].timestamp()) + step * len(part)
        )
        for number, part in enumerate(parts)
    )
    entries = "".join(f"exten => {number},1,Goto(ask-{number},s,1)\n" for number in range(len(parts)))
    config = {
        "extensions.conf": f"[ask]\n{entries}{asks}{gate.replace('${EPOCH}', '${TESTTIME}')}",
        "pjsip.conf": accounts.trunk(context="ask"),
    }
    async with Asterisk(folder, tree, config) as asterisk:
        for number in range(len(parts)):
            async with Caller(asterisk, str(number)) as caller:
                await caller.ended(within=30)
        shown = dict(re.findall(r"TOLD(\d+)=([01]+)", await asterisk.cli("dialplan show globals")))
    return [bit == "1" for number in range(len(parts)) for bit in shown[str(number)]]
