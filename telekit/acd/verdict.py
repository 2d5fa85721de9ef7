"""Why an agent may, or may not, be offered a call: told by the checks that decide, for a person to read."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from telekit.acd.eligibility import Obstacle, obstacle, skill_obstacle
from telekit.acd.hall import Stage, Tier
from telekit.acd.seat import Seat
from telekit.domain.names import AgentName
from telekit.domain.origin import NOWHERE, Origin
from telekit.domain.plan import Plan
from telekit.roster.block import FOREVER
from telekit.roster.roster import Roster


@dataclass(frozen=True, slots=True)
class Verdict:
    """One agent's case for one call."""

    agent: AgentName
    obstacle: Obstacle | None
    """The first reason against; None when the agent may be offered the call."""
    step: int | None
    """The step that makes the agent eligible; None when the agent lacks a skill."""
    detail: str = ""
    """In a few words: `lacks billing`, `billing 5 < 7`, `early ended 13:00`."""
    until_at: datetime | None = None
    """When the obstacle ends by itself, where that is known."""
    origin: Origin = NOWHERE
    """Where the rules say so, where it is they who do."""

    @property
    def eligible(self) -> bool:
        return self.obstacle is None


ON_THE_CLOCK = (Obstacle.OFF_SHIFT, Obstacle.SHIFT_ENDS_SOON)


def detail_in(verdict: Verdict, plan: Plan) -> str:
    """Give the detail, with the agent's zone behind it where its times of day are not told in the plan's."""
    agent = plan.agents.get(verdict.agent)
    if not verdict.detail or verdict.obstacle not in ON_THE_CLOCK or agent is None or agent.zone.key == plan.zone.key:
        return verdict.detail
    return f"{verdict.detail} ({agent.zone})"


def judge(seat: Seat, stage: Stage, last_offer: timedelta, roster: Roster, now: datetime) -> Verdict:
    """Tell one agent's case at a stage of a queue."""
    tier = next((tier for tier in stage.tiers if skill_obstacle(seat, tier.pool.requirement) is None), None)
    if tier is None:
        return _unskilled(seat, stage.tiers[-1])
    found = obstacle(seat, tier.pool.requirement, last_offer, now)
    if found is None:
        return Verdict(seat.name, None, tier.step)
    detail, until_at, origin = _because(seat, found, roster, now)
    return Verdict(seat.name, found, tier.step, detail, until_at, origin)


def _unskilled(seat: Seat, tier: Tier) -> Verdict:
    requirement, skills = tier.pool.requirement, seat.agent.skills
    detail = ""
    if unmet := requirement.unmet_by(skills):
        skill, least = unmet
        detail = f"{skill} {skills[skill]} < {least}" if skill in skills else f"lacks {skill}"
    origin = seat.agent.places.get("skills", seat.agent.origin)
    return Verdict(seat.name, skill_obstacle(seat, requirement), None, detail, None, origin)


def _because(seat: Seat, found: Obstacle, roster: Roster, now: datetime) -> tuple[str, datetime | None, Origin]:
    match found:
        case Obstacle.OFF_SHIFT:
            why = roster.why_off(seat.name, now)
            origins = why.origins if why is not None else ()
            return str(why or ""), roster.next_change(seat.name, now), next(iter(origins), seat.agent.origin)
        case Obstacle.SHIFT_ENDS_SOON:
            block = roster.shift_at(seat.name, now)
            origin = block.origin if block is not None else seat.agent.origin
            ends = f"{seat.off_at.astimezone(seat.agent.zone):%H:%M}" if seat.off_at and seat.off_at < FOREVER else ""
            return f"shift ends {ends}", None, origin
        case Obstacle.WRAP_UP:
            return "", seat.wrap_until_at, NOWHERE
        case Obstacle.SKIPPED:
            return seat.skip_reason, seat.skip_until_at, NOWHERE
        case Obstacle.PAUSED:
            return seat.presence_at()[1], seat.pause_until_at, NOWHERE
        case Obstacle.PHONE_SETTLES:
            return "", seat.settles_at, NOWHERE
        case Obstacle.UNREACHABLE:
            back = [handset.back_at for handset in seat.handsets if handset.back_at is not None]
            return seat.presence_at()[1], min(back, default=None), seat.agent.places.get("phone", seat.agent.origin)
        case Obstacle.OFFERED if seat.offer is not None:
            return f"call {seat.offer.waiting.call}", seat.offer.overdue_at, NOWHERE
        case _:
            return seat.presence_at()[1], None, NOWHERE
