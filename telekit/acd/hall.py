"""Where the calls of one queue wait, and to whom they may be offered at each of its steps."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from telekit.acd.crowd import NOBODY, Crowd
from telekit.acd.line import Line
from telekit.acd.pool import Pool
from telekit.acd.waiting import Waiting
from telekit.domain.names import AgentName, CallId
from telekit.domain.queue import Exit, Invitation, Overflow, Queue, Strategy
from telekit.domain.skill import Requirement


@dataclass(frozen=True, slots=True)
class Tier:
    """The agents whom one step made eligible; an earlier tier is ranked before a later one."""

    step: int
    pool: Pool
    strategy: Strategy
    """Orders the agents of this tier: that of the step that brought them."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What holds from one step of a queue to the next."""

    after: timedelta
    tiers: tuple[Tier, ...]
    lines: tuple[Line, ...]
    """Where a call stands at this stage."""
    reach: tuple[Pool, ...]
    """Who may be offered the call at this stage or a later one."""


class Hall:
    """One queue of the plan with its calls."""

    __slots__ = ("_exits", "calls", "last_offered", "queue", "stages")

    def __init__(self, queue: Queue, pool: Callable[[Requirement], Pool]) -> None:
        self.queue = queue
        self.calls: dict[CallId, Waiting] = {}
        """All that wait, also those being offered, in order of arrival; changed by `enter` and `leave` alone."""
        self.last_offered: AgentName | None = None
        """Who was offered one of its calls last, for taking turns."""
        exits: tuple[Exit | Invitation, ...] = (*queue.exits, *queue.invitations)
        self._exits = tuple(sorted(exits, key=lambda each: each.after))
        self.stages = self._stages(pool)
        for reached in self.stages[0].reach:
            reached.halls.append(self)

    def enter(self, waiting: Waiting) -> None:
        self.calls[waiting.call] = waiting
        for pool in self.stages[0].reach:
            pool.awaited += 1

    def leave(self, waiting: Waiting) -> None:
        """Let a call out, if it is in here."""
        if self.calls.pop(waiting.call, None) is not None:
            for pool in self.stages[0].reach:
                pool.awaited -= 1

    def stage(self, waiting: Waiting) -> Stage:
        """Give what holds for a call at its step."""
        return self.stages[waiting.step]

    def step_at(self, waited: timedelta) -> int:
        """Give the step of a call that has waited so long."""
        step = 0
        while step + 1 < len(self.stages) and self.stages[step + 1].after <= waited:
            step += 1
        return step

    def look_at(self, waiting: Waiting) -> datetime | None:
        """Give when a call's next step or its exit comes, counted from the step it is at."""
        following = waiting.step + 1
        afters = [self.stages[following].after] if following < len(self.stages) else []
        if waiting.callback is None:
            afters += [exit_.after for exit_ in self._exits if exit_.after > waiting.exited][:1]
        return waiting.entered_at + min(afters) if afters else None

    def exit_at(self, waiting: Waiting, waited: timedelta) -> Exit | Invitation | None:
        """Give the exit, or invitation, that a call has come to; of several the last, and none that it had before.

        A callback is not sent away: it was promised.
        """
        if waiting.callback is not None:
            return None
        return next((e for e in reversed(self._exits) if waiting.exited < e.after <= waited), None)

    def overflow_of(self, waiting: Waiting, duty: Crowd) -> tuple[Overflow, str] | None:
        """Give what sends a call on that has just come, and why, in a few words; None when it may stay.

        `duty` is who is on shift and logged in. With nobody of them able to serve it, no number of calls is too many
        for each agent: that there is nobody is another matter.
        """
        if not self.queue.overflow:
            return None
        before = sum(other.number < waiting.number for other in self.calls.values())
        able = NOBODY
        for pool in self.stage(waiting).reach:
            able |= pool.able
        agents = (able & duty).bit_count()
        for overflow in self.queue.overflow:
            if overflow.per_agent is not None and not agents:
                continue
            if overflow.met_by(before, agents):
                told = f"{before} wait" if before != 1 else "1 waits"
                by = f" for {agents} agent{'s' if agents > 1 else ''}" if overflow.per_agent is not None else ""
                return overflow, told + by
        return None

    def hopeless_from(self, duty: Crowd) -> int | None:
        """Give the step from which on nobody of this crowd could take a call; None when there is no such step.

        Whoever is within reach at some step is so at every earlier one.
        """
        for step in range(len(self.stages) - 1, -1, -1):
            if any(pool.able & duty for pool in self.stages[step].reach):
                return step + 1 if step + 1 < len(self.stages) else None
        return 0

    def _stages(self, pool: Callable[[Requirement], Pool]) -> tuple[Stage, ...]:
        tiers: tuple[Tier, ...] = ()
        found: list[tuple[timedelta, tuple[Tier, ...]]] = []
        for number, step in enumerate(self.queue.steps):
            tier = Tier(number, pool(step.requirement), step.strategy)
            if step.strategy is Strategy.MOST_SKILLED:
                tier.pool.most_skilled()  # ranked now, so that no caller waits for it
            tiers = (tier,) if step.replace else (*tiers, tier)
            found.append((step.after, tiers))
        stages: list[Stage] = []
        reach: dict[int, Pool] = {}
        for after, tiers in reversed(found):
            pools = {id(tier.pool): tier.pool for tier in tiers}
            reach = pools | reach
            lines = tuple(p.line(self.queue.ages, self.queue.last_offer) for p in pools.values())
            stages.append(Stage(after, tiers, lines, tuple(reach.values())))
        return tuple(reversed(stages))
