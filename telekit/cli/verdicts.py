"""Every agent's case for a call, as `telekit explain` prints it: one line each, with the first reason against."""

from collections.abc import Collection, Iterator, Sequence

from telekit.acd.eligibility import Obstacle
from telekit.acd.verdict import Verdict
from telekit.cli.span import span
from telekit.domain.names import AgentName, QueueName
from telekit.domain.plan import Plan

FEW_AGENTS = 40
"""Up to so many agents each has a line; of more, those who lack a skill share one."""

UNSKILLED = (Obstacle.SKILL_LACKING, Obstacle.SKILL_TOO_WEAK)
ON_THE_CLOCK = (Obstacle.OFF_SHIFT, Obstacle.SHIFT_ENDS_SOON)


def verdict_lines(
    verdicts: Sequence[Verdict], plan: Plan, queue: QueueName, *, rings: Collection[AgentName], everybody: bool
) -> Iterator[str]:
    """Tell the cases for a call of a queue; `rings` are those who ring first, `everybody` all who lack a skill too."""
    shown = verdicts
    if not everybody and len(shown) > FEW_AGENTS:
        shown = tuple(verdict for verdict in shown if verdict.obstacle not in UNSKILLED)
    rows = [_row(verdict, plan, queue, rings) for verdict in shown]
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(4)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        yield f"  {'  '.join([*cells, row[4]]).rstrip()}"
    if hidden := len(verdicts) - len(shown):
        yield f"  {hidden} more lack a skill, or have too little of it; --all lists them"


def _row(
    verdict: Verdict, plan: Plan, queue: QueueName, rings: Collection[AgentName]
) -> tuple[str, str, str, str, str]:
    if verdict.obstacle is None:
        step = plan.queues[queue].steps[verdict.step or 0]
        after = f"after {span(step.after)}" if step.after else ""
        return verdict.agent, "yes", "rings first" if verdict.agent in rings else after, "", str(step.origin)
    origin = str(verdict.origin) if verdict.origin.file else ""
    detail, zone = verdict.detail, plan.agents[verdict.agent].zone
    if detail and verdict.obstacle in ON_THE_CLOCK and zone.key != plan.zone.key:
        detail = f"{detail} ({zone})"
    return verdict.agent, "no", verdict.obstacle.value, detail, origin
