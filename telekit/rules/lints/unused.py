"""What is declared and never used."""

from collections.abc import Iterator

from telekit.domain.names import ListName, ShiftName, SkillName
from telekit.domain.plan import Plan
from telekit.domain.route import Inquiry, Route
from telekit.rules.declared import Kind
from telekit.rules.lints.finding import Finding
from telekit.rules.lints.name import LintName
from telekit.rules.lints.subject import Subject


def findings(subject: Subject) -> Iterator[Finding]:
    """Find queues, menus, lists, shifts and skills that nothing leads to or asks for."""
    plan = subject.plan
    if plan.routes:
        queues, menus = subject.reached
        for queue in plan.queues.values():
            if queue.name not in queues:
                message, hint = "no route leads to this queue", "let a route, a menu or a step lead here, or remove it"
                yield Finding(LintName.UNUSED_QUEUE, queue.origin, f"queues.{queue.name}", message, hint)
        for menu in plan.menus.values():
            if menu.name not in menus:
                message, hint = "no route leads to this menu", "let a route or a step lead here, or remove it"
                yield Finding(LintName.UNUSED_MENU, menu.origin, f"menus.{menu.name}", message, hint)
    asked = _lists(plan)
    for name in plan.lists:
        if name not in asked:
            origin = subject.declared_at(Kind.LIST, name)
            message, hint = "no route asks this list", f"write {{in: {name}}} where it counts, or remove it"
            yield Finding(LintName.UNUSED_LIST, origin, f"lists.{name}", message, hint)
    worked = _shifts(plan)
    for shift in plan.shifts.values():
        if shift.name not in worked:
            message, hint = "nobody works this shift", "give it to an agent, or remove it"
            yield Finding(LintName.UNUSED_SHIFT, shift.origin, f"shifts.{shift.name}", message, hint)
    yield from _skills(subject)


def _lists(plan: Plan) -> set[ListName]:
    tests: list[Route | Inquiry] = [*plan.routes, *(inquiry for route in plan.routes for inquiry in route.inquiries)]
    return {name for one in tests for test in (one.dialed, one.caller) if test for name in test.lists}


def _shifts(plan: Plan) -> set[ShiftName]:
    worked = {shift for agent in plan.agents.values() for shift in agent.shifts}
    return worked | {one.shift for one in plan.agent_exceptions if one.shift is not None}


def _skills(subject: Subject) -> Iterator[Finding]:
    plan = subject.plan
    if not plan.queues:
        return
    asked = {skill for queue in plan.queues.values() for step in queue.steps for skill, _ in step.requirement.least}
    for skill in sorted(plan.skills - asked, key=lambda name: subject.declared_at(Kind.SKILL, name).line):
        origin = subject.declared_at(Kind.SKILL, SkillName(skill))
        message, hint = f"no queue asks for '{skill}'", "let a queue require it, or remove it"
        yield Finding(LintName.UNUSED_SKILL, origin, "skills", message, hint)
