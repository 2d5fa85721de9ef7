"""Rules small enough to test, and a way to test them in a few lines."""

from pathlib import Path

from telekit.domain.plan import Plan
from telekit.rules import load
from telekit.ruletests.case import Case
from telekit.ruletests.reading import read_cases
from telekit.ruletests.rehearsal import Result, rehearse

RULES = """\
timezone: Europe/Paris
skills: [french, billing]
agents:
  amina: {phone: sip:amina, skills: {french: 9, billing: 7}, shifts: early}
  luc: {phone: [sip:luc, tel:+33199005512], skills: {french: 8, billing: 3}, shifts: [early, late]}
  sam: {phone: sip:sam, skills: {french: 2}, shifts: early, login: code}
shifts: {early: mon-fri 07:00-13:00, late: mon-fri 13:00-20:00}
exceptions:
  - {agent: amina, on: 2026-12-24, off: leave}
queues:
  billing:
    open: mon-fri 08:00-20:00
    requires: {french: 5, billing: 5}
    ring: 20s
    wrap_up: 30s
    steps: [{after: 30s, requires: {french: 5, billing: 3}}, {after: 8m, go: voicemail}]
    overflow: [{waiting: 2, go: {number: +33199009900}}]
    missed: {no-answer: {pause_after: 2}}
    closed: {play: closed, then: hangup}
lists: {vip: [+33199005566]}
lookups: {crm: {get: "https://crm.example/?n={caller}", gives: [segment]}}
routes:
  - {name: VIP, when: {dialed: 100, caller: {in: vip}}, queue: billing, priority: 50, prefer: {agent: last, for: 20s}}
  - {lookup: crm}
  - {name: gold, when: {dialed: 100, segment: gold}, script: golden}
  - {when: {dialed: 100}, menu: main}
  - {when: {dialed: 101}, go: voicemail}
menus:
  main: {say: welcome, 1: {queue: billing}, nothing: {queue: billing}, tries: 1}
"""
HEAD = "at: 2026-11-24 10:00\n"


def plan_in(folder: Path) -> Plan:
    """Write the rules into a folder and read them."""
    (folder / "rules.yaml").write_text(RULES)
    return load([folder / "rules.yaml"])


def cases_in(folder: Path, text: str) -> tuple[list[Case], list[str], Plan]:
    """Read tests of the rules; give them, and what is wrong with them."""
    plan = plan_in(folder)
    file = folder / "all.test.yaml"
    file.write_text(text)
    cases, diagnostics = read_cases(file, plan)
    return cases, [each.headline.replace(f"{folder}/", "") for each in diagnostics], plan


def result_of(folder: Path, test: str) -> Result:
    """Rehearse one test, written as one flow mapping without its name."""
    cases, complaints, plan = cases_in(folder, f"{HEAD}tests:\n  - {{name: it, {test}}}\n")
    assert all("[expects-nothing]" in each for each in complaints), complaints
    return rehearse(plan, cases[0])


def failure_of(folder: Path, test: str) -> list[str]:
    """Rehearse one test, and tell what is not as expected."""
    failure = result_of(folder, test).failure
    if failure is None:
        return []
    told = [f"{each.what}: {each.expected}, but {each.happened}" for each in failure.differences]
    return [*told, failure.impossible] if failure.impossible else told
