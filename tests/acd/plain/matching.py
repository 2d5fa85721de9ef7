"""Who is offered which call, found by comparing everybody."""

from datetime import timedelta

from telekit.acd.actions import CallbackOffered, DivertReason, InviteReason, Offer, Queued, Released
from telekit.domain.agent import Login
from telekit.domain.callback import CallbackOutcome
from telekit.domain.destination import ToCallback, Treatment
from telekit.domain.presence import Presence
from telekit.domain.queue import Step, Strategy
from tests.acd.plain.callbacks import Callbacks
from tests.acd.plain.nouns import Caller, Person, Ring


class Matching(Callbacks):
    """Brings callers and people together."""

    def tiers(self, caller: Caller) -> list[tuple[int, Step]]:
        tiers: list[tuple[int, Step]] = []
        for number, step in enumerate(caller.queue.steps):
            if step.after <= caller.waited(self.now):
                tiers = [(number, step)] if step.replace else [*tiers, (number, step)]
        return tiers

    def later(self, caller: Caller) -> list[Step]:
        return [step for step in caller.queue.steps if step.after > caller.waited(self.now)]

    def let_go(self) -> None:
        for caller in self.callers.values():
            reason = self.in_vain(caller) if not caller.rings and not caller.rests_until else ""
            if caller.preferred and reason:
                self.done.append(Released(caller.call, caller.queue.name, caller.preferred.agent, reason))
                caller.preferred = None

    def in_vain(self, caller: Caller) -> str:
        if caller.preferred is None:
            return ""
        until, p = caller.entered_at + caller.preferred.span, self.people.get(caller.preferred.agent)
        if self.now >= until:
            return "time"
        if p is None or p.left:
            return "unknown agent"
        if p.name in caller.missed:
            return "missed this call"
        if not any(step.requirement.met_by(p.agent.skills) for _, step in self.tiers(caller)):
            skill, _ = self.tiers(caller)[-1][1].requirement.unmet_by(p.agent.skills) or ("", 0)
            return "skill too weak" if skill in p.agent.skills else "skill lacking"
        if not p.on:
            change_at = self.roster.next_change(p.name, self.now)
            back = change_at is not None and change_at < until and (p.logged_in or p.agent.login is Login.ROSTER)
            return "" if back else "off shift"
        if self.now >= (self.roster.on_until(p.name, self.now) or self.now) - caller.queue.last_offer:
            return "shift ends soon"
        if not p.logged_in:
            return "logged out"
        match p.presence.presence:
            case Presence.PAUSED:
                return "paused" if p.pause is not None else "skipped"
            case Presence.UNREACHABLE:
                return "unreachable"
        return ""

    def match(self) -> None:
        standing = [c for c in self.callers.values() if not c.rings and not c.rests_until]
        for caller in sorted(standing, key=lambda c: c.precedence(self.now)):
            found = self.best(caller)
            if found:
                self.offer(caller, *found)
                if not caller.preferred and not caller.callback:
                    self.ring_others(caller, *found)

    def ring_others(self, caller: Caller, first: Person, number: int) -> None:
        """Ring all the others at the same time, of this step and of those after it that ring all as well."""
        for each, step in [tier for tier in self.tiers(caller) if tier[0] >= number]:
            if step.strategy is not Strategy.RING_ALL:
                return
            people = [self.people[name] for name in self.plan.agents]
            for p in sorted(people, key=lambda p: p.idle_at):
                may = self.free(p) and self.on_duty(p, caller.queue) and step.requirement.met_by(p.agent.skills)
                if may and (first.name in caller.missed or p.name not in caller.missed) and len(caller.rings) < 20:
                    self.offer(caller, p, each)

    def turn_away(self) -> None:
        for caller in [c for c in self.callers.values() if c.is_new]:
            caller.is_new = False
            if caller.rings:
                continue
            before = sum(c.queue is caller.queue and c.number < caller.number for c in self.callers.values())
            steps = [step for _, step in self.tiers(caller)] + self.later(caller)
            agents = sum(
                self.on_duty(p, caller.queue) and any(step.requirement.met_by(p.agent.skills) for step in steps)
                for p in self.people.values()
            )
            for rule in caller.queue.overflow:
                most = rule.waiting if rule.waiting is not None else (rule.per_agent or 0) * agents
                if before >= most and (agents or rule.per_agent is None):
                    assert not isinstance(rule.go, ToCallback)
                    del self.callers[caller.call]
                    by = f" for {agents} agent{'s' * (agents > 1)}" if rule.per_agent is not None else ""
                    detail = f"{before} wait{'s' * (before == 1)}{by}"
                    self.divert(caller, Treatment((), rule.go), DivertReason.OVERFLOW, self.now, detail)
                    break

    def tell_queued(self) -> None:
        for caller in self.callers.values():
            if not caller.rings and not caller.told:
                caller.told = True
                held_for = caller.preferred.agent if caller.preferred else None
                self.done.append(Queued(caller.call, caller.queue.name, caller.entered_at, held_for))

    def best(self, caller: Caller) -> tuple[Person, int] | None:
        people = [self.people[name] for name in self.plan.agents]
        if caller.preferred:
            people = [p for p in people if p.name == caller.preferred.agent]
        able = []
        for number, step in self.tiers(caller):
            for rank, p in enumerate(people):
                if self.free(p) and self.on_duty(p, caller.queue) and step.requirement.met_by(p.agent.skills):
                    able.append((p, number, self.key(p, rank, step, caller)))
        fresh = [entry for entry in able if entry[0].name not in caller.missed]
        if fresh:
            person, number, _ = min(fresh, key=lambda entry: (entry[1], entry[2]))
            return person, number
        if able:
            person, number, _ = min(able, key=lambda entry: (caller.missed.index(entry[0].name), entry[1]))
            return person, number
        return None

    def key(self, p: Person, rank: int, step: Step, caller: Caller) -> tuple[object, ...]:
        match step.strategy:
            case Strategy.LONGEST_IDLE | Strategy.RING_ALL:
                return p.idle_at, rank
            case Strategy.FEWEST_CALLS:
                return p.calls, rank
            case Strategy.MOST_SKILLED:
                return -sum(p.agent.skills[skill] for skill, _ in step.requirement.least), rank
            case Strategy.LEAST_SKILLED:
                return sum(p.agent.skills.values()), rank
            case Strategy.ROUND_ROBIN:
                names = list(self.plan.agents)
                last = self.turns.get(caller.queue.name)
                return (rank - (names.index(last) + 1 if last in names else 0)) % len(names), rank
            case Strategy.FIXED:
                return (rank,)

    def offer(self, caller: Caller, person: Person, number: int) -> None:
        phone = next(handy for handy in person.phones if handy.usable())
        ring = Ring(self.next_offer(caller.call), caller, person, phone, caller.queue, self.now, bool(caller.callback))
        person.ring = caller.past[ring.offer] = ring
        caller.rings.append(ring)
        phone.users.append(person)
        caller.told = False
        self.turns[caller.queue.name] = person.name
        q, waited = caller.queue, caller.waited(self.now)
        told = caller.callback.number if caller.callback else None
        self.done.append(Offer(ring.offer, caller.call, q.name, person.name, phone.phone, q.ring, number, waited, told))
        self.refresh_all(self.now)

    def spare(self) -> None:
        for caller in list(self.callers.values()):
            steps = [step for _, step in self.tiers(caller)] + self.later(caller)
            if (
                not caller.rings
                and not caller.preferred
                and not any(
                    self.on_duty(p, caller.queue) and step.requirement.met_by(p.agent.skills)
                    for p in self.people.values()
                    for step in steps
                )
            ):
                if caller.callback:
                    if not self.somebody_comes(caller):
                        self.end_callback(caller, CallbackOutcome.LAPSED)
                    continue
                if caller.queue.no_agent.offers_callback:
                    if not caller.asked_until and self.will_be_served(caller):
                        caller.asked_until, caller.is_new = self.now + timedelta(minutes=5), False
                        self.done.append(CallbackOffered(caller.call, caller.queue.name, InviteReason.NO_AGENT))
                    if caller.asked_until and self.now < caller.asked_until:
                        continue
                del self.callers[caller.call]
                self.divert(caller, caller.queue.no_agent, DivertReason.NO_AGENT, self.now)
