"""Nothing in the rules becomes dialplan: it is either refused, or stands there as the plain word that it is."""

import re
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import example, given
from hypothesis import strategies as st

from telekit.domain.agent import Agent
from telekit.domain.destination import ToMenu, ToQueue, Treatment
from telekit.domain.hours import Hours, Shift, Span
from telekit.domain.names import AgentName, ListName, MenuName, QueueName, ShiftName
from telekit.domain.origin import Origin
from telekit.domain.phone import Phone, PhoneKind
from telekit.domain.plan import Plan
from telekit.domain.queue import Queue, Step, Strategy
from telekit.domain.route import Menu, Numbers, Route
from telekit.domain.skill import Requirement
from telekit.errors import SettingsError, UnsafeValue
from telekit.pbx.asterisk.render.options import Options
from telekit.pbx.asterisk.render.render import render
from telekit.pbx.render.passwords import Secrets

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")
DAY = Hours(frozenset(range(7)), Span(time(8), time(20)))
TRAPS = (
    "x\nexten => s,1,System(EVIL)",
    "x\r\n#exec EVIL",
    "x;EVIL",
    "x,EVIL",
    "x)EVIL",
    "x&EVIL",
    "${SHELL(EVIL)}",
    "$[EVIL]",
    "x]EVIL",
    ";-- EVIL",
    "x EVIL",
    'x"EVIL',
    "x\\EVIL",
    "x\x00EVIL",
    "../EVIL",
    "EVIL?on",
    "é",
    "",
)
hostile = st.sampled_from(TRAPS) | st.text(max_size=12)

FIELDS = (
    *("agent", "full_name", "endpoint", "number", "queue", "menu", "list", "listed", "dialed", "prefix"),
    *("prompt", "key", "music", "label", "file"),
)


def plan_with(field: str, text: str) -> Plan:
    """Make a plan in which everything is plain but one text."""
    word = dict.fromkeys(FIELDS, "plain") | {"number": "+33199005512", "listed": "+33199005566", "key": "1"}
    word |= {"dialed": "+33199001234", "prefix": "+331"} | {field: text}
    queue, menu, numbers = QueueName(word["queue"]), MenuName(word["menu"]), ListName(word["list"])
    agent, shift = AgentName(word["agent"]), ShiftName("shift")
    phones = (Phone(PhoneKind.SIP, word["endpoint"]), Phone(PhoneKind.TEL, word["number"]))
    step = Step(timedelta(0), Requirement(), Strategy.LONGEST_IDLE)
    said = Treatment((word["prompt"],), ToMenu(menu))
    dialed = Numbers(frozenset({word["dialed"]}), (word["prefix"],), (numbers,), anonymous=True)
    return Plan(
        PARIS,
        agents={agent: Agent(agent, word["full_name"], phones, {}, PARIS, (shift,))},
        shifts={shift: Shift(shift, (DAY,))},
        queues={queue: Queue(queue, (step,), (DAY,), closed=said, no_agent=said, music=word["music"])},
        lists={numbers: frozenset({word["listed"]})},
        routes=(
            Route(ToQueue(queue), dialed, dialed, label=word["label"], origin=Origin(word["file"], 1, 1)),
            Route(ToMenu(menu)),
        ),
        menus={menu: Menu(menu, (word["prompt"],), {word["key"]: ToQueue(queue)}, ToMenu(menu))},
    )


def written(plan: Plan) -> dict[str, list[str]]:
    """Give the lines that Asterisk acts on: all but comments and blanks."""
    secrets = Secrets("secret", {phone.address: "0123456789abcdef" for a in plan.agents.values() for phone in a.phones})
    files = render(plan, Options(trunk="carrier"), secrets, NOW)
    return {
        name: [line for line in re.split(r"[\r\n]", file.text) if line.strip() and not line.startswith("; ")]
        for name, file in files.items()
    }


PLAIN = written(plan_with("agent", "plain"))
MAY_BE_ANYTHING = {"full_name", "label", "file"}


@given(st.sampled_from(FIELDS), hostile)
@example("full_name", 'Zoé "${EVIL}" ; d\'Été\n[evil]')
@example("agent", "x]EVIL")
def test_a_text_is_refused_or_leaves_the_lines_as_they_are(field: str, text: str) -> None:
    try:
        lines = written(plan_with(field, text))
    except (UnsafeValue, SettingsError):
        assert field not in MAY_BE_ANYTHING, f"{field} is shown to people only: any text goes"
        return
    for name, plain in PLAIN.items():
        shapes = [_shape(line, text) for line in lines[name]]
        assert shapes == [_shape(line, "plain") for line in plain]


def _shape(line: str, text: str) -> str:
    """Give a line with the words in it made equal, so that what is left is what Asterisk parses."""
    if line.startswith("callerid = "):
        return re.sub(r'^callerid = "[^"<>;$\\]*" <[A-Za-z0-9_.-]+>$', "callerid", line)
    return re.sub(r"[A-Za-z0-9_.+/*#-]+", "w", line)


@given(hostile)
def test_an_option_is_refused_or_plain(text: str) -> None:
    for field in ("ami_user", "realm", "trunk", "context", "agi_host", "voicemail"):
        try:
            options = replace(Options(), **{field: text})
        except SettingsError:
            continue
        assert re.fullmatch(r"[A-Za-z0-9_.:/\[\]-]+", str(getattr(options, field)))
