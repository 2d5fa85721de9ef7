"""Every agent's case for a call, as `telekit explain` prints it: one line each, with the first reason against."""

from collections.abc import Callable, Collection, Iterator, Sequence

from telekit.acd.eligibility import Obstacle
from telekit.acd.verdict import Verdict, detail_in
from telekit.cli.aligned import aligned
from telekit.cli.span import span
from telekit.domain.names import AgentName, QueueName
from telekit.domain.plan import Plan

FEW_AGENTS = 40
"""Up to so many agents each has a line; of more, those who lack a skill share one."""

UNSKILLED = (Obstacle.SKILL_LACKING, Obstacle.SKILL_TOO_WEAK)

Case = tuple[str, str, str, str, str]
"""Who, yes or no, why in a word, in a few, and where the rules say so."""


def verdict_lines(
    verdicts: Sequence[Verdict], plan: Plan, queue: QueueName, *, rings: Collection[AgentName], everybody: bool
) -> Iterator[str]:
    """Tell the cases for a call of a queue; `rings` are those who ring (first), `everybody` tells all unskilled."""
    return cases(verdicts, lambda verdict: _case(verdict, plan, queue, rings), everybody=everybody)


def cases(verdicts: Sequence[Verdict], case: Callable[[Verdict], Case], *, everybody: bool) -> Iterator[str]:
    """Tell cases, line by line; of many, those who lack a skill only where `everybody` is asked for."""
    shown = verdicts
    if not everybody and len(shown) > FEW_AGENTS:
        shown = tuple(verdict for verdict in shown if verdict.obstacle not in UNSKILLED)
    yield from (f"  {line}" for line in aligned(map(case, shown), left=5))
    if hidden := len(verdicts) - len(shown):
        yield f"  {hidden} more lack a skill, or have too little of it; --all lists them"


def _case(verdict: Verdict, plan: Plan, queue: QueueName, rings: Collection[AgentName]) -> Case:
    step = plan.queues[queue].steps[verdict.step or 0]
    if verdict.agent in rings:
        return verdict.agent, "yes", "rings first" if verdict.eligible else "rings", "", str(step.origin)
    if verdict.obstacle is None:
        return verdict.agent, "yes", f"after {span(step.after)}" if step.after else "", "", str(step.origin)
    origin = str(verdict.origin) if verdict.origin.file else ""
    return verdict.agent, "no", verdict.obstacle.value, detail_in(verdict, plan), origin
