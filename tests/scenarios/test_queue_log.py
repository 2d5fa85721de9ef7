"""A small day leads to the rows that app_queue writes of it: through Asterisk's own queues, and through telekit."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from telekit.history.queue_log import Entry, read_queue_log
from tests.lab.callers import Caller
from tests.lab.installation import Installation
from tests.lab.phones import Phone
from tests.lab.service import PATIENCE, Service

RULES = """
timezone: Europe/Paris
skills: [french]
agents: {amina: {phone: sip:amina, skills: {french: 9}, shifts: always}}
shifts: {always: mon-sun 00:00-24:00}
pauses: {1: lunch}
queues:
  billing: {requires: {french: 1}, ring: 10s, callback: {first: agent}, steps: [{after: 1s, offer: callback}]}
  short: {requires: {french: 1}, ring: 1s, missed: {no-answer: {pause_after: 1}}, steps: [{after: 3s, go: hangup}]}
routes:
  - {when: {dialed: "+33199001234"}, queue: billing}
  - {when: {dialed: "+33199001235"}, queue: short}
"""
QUEUE = "strategy = linear\nretry = 1\nringinuse = no\nautopause = all\nmember => PJSIP/luc,0,amina\n"
QUEUES = f"[billing]\ntimeout = 10\ncontext = by-key\n{QUEUE}[short]\ntimeout = 1\n{QUEUE}"
DIALPLAN = """
[telekit-in](+)
exten => +33199002234,1,Answer()
 same => n,Queue(billing)
 same => n,Hangup()
exten => +33199002235,1,Answer()
 same => n,Queue(short,,,,3)
 same => n,Hangup()
[home](+)
exten => 9001,1,PauseQueueMember(,PJSIP/luc,,lunch)
exten => 9002,1,UnpauseQueueMember(,PJSIP/luc)
[by-key]
exten => 1,1,Hangup()
"""
OURS_ALONE = {"DID", "AGENTLOGIN"}
ASTERISKS_ALONE = {"QUEUESTART", "PAUSE", "UNPAUSE"}
"""Behind PAUSEALL there is one PAUSE for each queue; telekit's pause is the person's, and knows no queue."""

A_DAY = """\
billing NONE ENTERQUEUE||+33199007788|1
billing amina CONNECT|0|a leg|0
billing NONE ENTERQUEUE||+33199007701|1
billing NONE ENTERQUEUE||+33199007702|2
billing NONE ABANDON|2|2|0
billing NONE ABANDON|1|1|1
billing NONE ENTERQUEUE||+33199007703|1
billing NONE EXITWITHKEY|1|1|1|3
billing amina COMPLETECALLER|0|6|1
billing NONE ENTERQUEUE||+33199007788|1
billing amina CONNECT|0|a leg|0
billing amina COMPLETEAGENT|0|1|1
billing NONE ENTERQUEUE||+33199007788|1
billing amina RINGCANCELED|200
billing NONE ABANDON|1|1|0
short NONE ENTERQUEUE||+33199007788|1
short amina RINGNOANSWER|1000
NONE amina PAUSEALL|Auto-Pause
short NONE EXITWITHTIMEOUT|1|1|3
NONE amina UNPAUSEALL|
NONE amina PAUSEALL|lunch
NONE amina UNPAUSEALL|
""".splitlines()
BY_KEY = "+33199007703"
SPANS = re.compile(r"(?<=\|)\d+(?=\||$)")
TOLERATED = {"RINGNOANSWER": 2000, "RINGCANCELED": 5000}
"""Milliseconds; other spans are seconds, of which a busy machine may take some more where people hurry."""
SECONDS = 20


@dataclass(frozen=True, slots=True)
class Way:
    """How callers reach a queue, and what else is done another way."""

    billing: str
    short: str
    log: Path
    says: Callable[[str], Awaitable[None]]
    """Let the agent pause (for lunch), or resume."""
    is_free: Callable[[], Awaitable[None]]
    """Wait until the agent can be rung."""
    press: Callable[[Caller], Awaitable[None]] | None
    """Let a caller who waits leave by a key; None where nobody is called back."""


def beside(kit: Service) -> None:
    """Let Asterisk have queues of its own, with the same agent."""
    if isinstance(kit, Installation):
        kit.asterisk.config["queues.conf"] = QUEUES
        kit.asterisk.config["extensions.conf"] += DIALPLAN


def asterisks(kit: Installation, phone: Phone) -> Way:
    """Go through app_queue."""

    async def says(word: str) -> None:
        await phone.dial("9001" if word == "pause" else "9002")

    async def is_free() -> None:
        await kit.asterisk.shows("queue show billing", "(Not in use)")

    async def press(caller: Caller) -> None:
        await caller.press("1")

    return Way("+33199002234", "+33199002235", kit.asterisk.folder / "log/queue_log", says, is_free, press)


def telekits(kit: Service) -> Way:
    """Go through telekit."""

    async def says(word: str) -> None:
        code, printed = await kit.telekit("agent", "amina", word, *(("--reason", "lunch") if word == "pause" else ()))
        assert code == 0, printed

    async def is_free() -> None:
        await kit.presence("amina", "available")

    async def press(caller: Caller) -> None:
        await kit.plays("telekit/callback-offer")
        await caller.press("1")
        await kit.plays("telekit/callback-confirm")
        await caller.press("1")
        promised = await kit.fact("callback-promised")
        code, printed = await kit.telekit("callbacks", "--cancel", str(promised.call))
        assert code == 0, printed

    leaves = press if isinstance(kit, Installation) else None
    return Way("+33199001234", "+33199001235", kit.folder / "queue_log", says, is_free, leaves)


async def a_day(kit: Service, way: Way, phone: Phone) -> None:
    """Let callers talk and hang up first and last, give up, press a key, ring in vain and wait too long."""
    await way.is_free()
    async with Caller(kit.switch, way.billing) as talks:
        await answer(way, phone, 1)
        async with Caller(kit.switch, way.billing, "+33199007701") as first:
            await logged(way.log, 2, "ENTERQUEUE")
            async with Caller(kit.switch, way.billing, "+33199007702") as second:
                await logged(way.log, 3, "ENTERQUEUE")
                await second.hang_up()
                await logged(way.log, 1, "ABANDON")
            await first.hang_up()
            await logged(way.log, 2, "ABANDON")
        if way.press is not None:
            async with Caller(kit.switch, way.billing, BY_KEY) as third:
                await logged(way.log, 4, "ENTERQUEUE")
                await way.press(third)
                await logged(way.log, 1, "EXITWITHKEY")
        await talks.hang_up()
        await logged(way.log, 1, "COMPLETECALLER")
    await way.is_free()
    async with Caller(kit.switch, way.billing) as talks:
        await answer(way, phone, 2)
        await phone.hang_up()
        await talks.ended()
    await logged(way.log, 1, "COMPLETEAGENT")
    await way.is_free()
    async with Caller(kit.switch, way.billing) as gives_up:
        await phone.rings()
        await gives_up.hang_up()
    await logged(way.log, 3, "ABANDON")
    await way.is_free()
    async with Caller(kit.switch, way.short) as waits_too_long:
        await phone.rings()
        await waits_too_long.ended()
    await logged(way.log, 1, "EXITWITHTIMEOUT")
    await way.says("resume")
    await logged(way.log, 1, "UNPAUSEALL")
    await way.says("pause")
    await logged(way.log, 2, "|PAUSEALL|")
    await way.says("resume")
    await logged(way.log, 2, "UNPAUSEALL")


async def answer(way: Way, phone: Phone, count: int) -> None:
    await phone.rings()
    await phone.answer()
    await phone.talks()
    await logged(way.log, count, "CONNECT")


async def logged(log: Path, count: int, word: str) -> None:
    """Wait until so many rows hold this word."""
    deadline = time.monotonic() + PATIENCE
    while (text := log.read_text() if log.exists() else "").count(word) < count:
        assert time.monotonic() < deadline, f"there are less than {count} {word} within {PATIENCE} s:\n{text}"
        await asyncio.sleep(0.05)  # another process writes the file


def rows(log: Path) -> list[str]:
    """Give the rows that both ways have, without their moments and calls, which only have to be there."""
    told = []
    for entry in read_queue_log(log.read_text().splitlines()):
        assert isinstance(entry, Entry)
        if entry.event in OURS_ALONE | ASTERISKS_ALONE:
            continue
        assert bool(entry.call) == bool(entry.queue)
        data = [
            "a leg" if entry.event == "CONNECT" and at == 1 and each else each for at, each in enumerate(entry.data)
        ]
        told.append(" ".join((entry.queue or "NONE", entry.agent or "NONE", "|".join((entry.event, *data)))))
    return told


def assert_is_the_day(told: list[str], day: list[str]) -> None:
    assert [SPANS.sub("n", row) for row in told] == [SPANS.sub("n", row) for row in day]
    for row, usual in zip(told, day, strict=True):
        event = row.split()[2].partition("|")[0]
        for number, wanted in zip(SPANS.findall(row), SPANS.findall(usual), strict=True):
            assert abs(int(number) - int(wanted)) <= TOLERATED.get(event, SECONDS), (row, usual)
    positions = [row.rpartition("|")[2] for row in told if "ENTERQUEUE" in row or "COMPLETE" in row]
    assert positions == [row.rpartition("|")[2] for row in day if "ENTERQUEUE" in row or "COMPLETE" in row]


async def test_a_day_leads_to_the_rows_of_app_queue(installed) -> None:
    kit = await installed(RULES, settings="queue_log: {file: queue_log}\n", before=beside)
    async with kit.phone("amina", 1) as amina, kit.phone("luc", 2) as luc:
        await kit.presence("amina", "available")
        await luc.registered()
        ways = [(telekits(kit), amina), *([(asterisks(kit, luc), luc)] if isinstance(kit, Installation) else [])]
        await asyncio.gather(*(a_day(kit, way, phone) for way, phone in ways))
        for way, _ in ways:
            day = [row for row in A_DAY if way.press is not None or not (BY_KEY in row or "EXITWITHKEY" in row)]
            assert_is_the_day(rows(way.log), day)
