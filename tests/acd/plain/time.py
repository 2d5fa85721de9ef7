"""What time does to people and calls, gone through one by one."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from telekit.acd.actions import Action, Divert, DivertReason, OfferEnded, PresenceChanged, Withdraw, WithdrawReason
from telekit.domain.agent import Login
from telekit.domain.destination import Treatment
from telekit.domain.names import AgentName, CallId, OfferId
from telekit.domain.phone import Phone
from telekit.domain.plan import Plan
from telekit.domain.presence import Presence, PresenceSince
from telekit.domain.queue import MissCause, Queue
from telekit.roster.roster import Roster
from tests.acd.plain.nouns import SECOND, Caller, Handy, Person, Ring, Talk


class Time:
    """Everybody and every call, and the moments that change them."""

    def __init__(self, plan: Plan, now: datetime) -> None:
        self.plan, self.roster, self.now = plan, Roster(plan), now
        self.done: list[Action] = []
        self.phones: dict[Phone, Handy] = {}
        self.people: dict[AgentName, Person] = {}
        self.callers: dict[CallId, Caller] = {}
        self.talks: dict[CallId, Talk] = {}
        self.turns: dict[str, AgentName] = {}
        self.arrivals = 0
        self.offers: Counter[CallId] = Counter()
        self.seat()

    def seat(self) -> None:
        for name, agent in self.plan.agents.items():
            person = self.people.setdefault(
                name, Person(agent, PresenceSince(Presence.LOGGED_OUT, self.now, "off shift"), self.now)
            )
            person.agent, person.left = agent, False
            person.phones = [self.phone(phone) for phone in agent.phones]
        for person in self.people.values():
            person.left = person.name not in self.plan.agents
            if person.left:
                person.wrap_until = None
                self.sign_off(person)
        self.people = {name: p for name, p in self.people.items() if not p.left or p.talks or self.dismiss(p)}

    def sign_off(self, person: Person) -> None:
        person.on, person.logged_in, person.pause = False, False, None
        person.forgive()

    def dismiss(self, person: Person) -> bool:
        self.refresh(person, self.now)
        return False

    def phone(self, phone: Phone) -> Handy:
        return self.phones.setdefault(phone, Handy(phone))

    def presence_of(self, p: Person) -> tuple[Presence, str]:
        if p.talks:
            return Presence.ON_CALL, ""
        if p.ring:
            return Presence.OFFERED, ""
        if p.wrap_until:
            return Presence.WRAP_UP, ""
        if p.left:
            return Presence.LOGGED_OUT, "no longer in the rules"
        if not p.on:
            return Presence.LOGGED_OUT, "off shift"
        if not p.logged_in:
            return Presence.LOGGED_OUT, "not logged in" if p.agent.login is Login.CODE else "by code"
        if p.pause is not None:
            return Presence.PAUSED, p.pause
        if p.skip_until:
            return Presence.PAUSED, p.skip_reason
        if p.engaged() and not p.settles_at:
            return Presence.ON_CALL, "own call"
        if not any(phone.usable() for phone in p.phones):
            whys = [f"{h.phone} {h.why_not()}" for h in p.phones]
            return Presence.UNREACHABLE, ", ".join(whys)
        return Presence.AVAILABLE, ""

    def refresh(self, person: Person, at: datetime) -> None:
        presence, reason = self.presence_of(person)
        was = person.presence
        if (presence, reason) != (was.presence, was.reason):
            person.presence = PresenceSince(presence, max(at, was.since_at), reason)
            self.done.append(PresenceChanged(person.name, was, person.presence))

    def refresh_all(self, at: datetime) -> None:
        for person in list(self.people.values()):
            self.refresh(person, at)
            if person.left and not person.talks:
                del self.people[person.name]

    def on_duty(self, person: Person, queue: Queue) -> bool:
        if person.left or not person.logged_in or not person.on:
            return False
        off_at = self.roster.on_until(person.name, self.now)
        return off_at is not None and self.now < off_at - queue.last_offer

    def free(self, person: Person) -> bool:
        return person.presence.presence is Presence.AVAILABLE and not person.engaged()

    def moments(self) -> Iterator[datetime]:
        for caller in self.callers.values():
            exits = (exit_ for exit_ in caller.queue.exits if exit_.after > caller.exited)
            yield from (caller.entered_at + exit_.after for exit_ in exits if not caller.callback)
            yield from (m for step in caller.queue.steps if (m := caller.entered_at + step.after) > self.now)
            if caller.rests_until:
                yield caller.rests_until
            if caller.asked_until and caller.asked_until > self.now:
                yield caller.asked_until
            if caller.preferred and caller.entered_at + caller.preferred.span > self.now:
                yield caller.entered_at + caller.preferred.span
            yield from (ring.overdue_at for ring in caller.rings)
        for person in self.people.values():
            if person.left:
                continue
            yield from (m for m in (person.wrap_until, person.skip_until, person.settles_at, person.pause_until) if m)
            yield from (h.back_at for h in person.phones if h.back_at)
            change_at = self.roster.next_change(person.name, self.now)
            if change_at:
                yield change_at
            if change_at and person.on and person.logged_in:
                closings = (change_at - queue.last_offer for queue in self.plan.queues.values())
                yield from (closing for closing in closings if closing > self.now)
            if person.on != (self.roster.on_until(person.name, self.now) is not None):
                yield self.now

    def next_moment(self) -> datetime | None:
        return min(self.moments(), default=None)

    def pass_time(self, to: datetime) -> None:
        while (moment := self.next_moment()) is not None and moment <= to:
            self.now = max(self.now, moment)
            self.happen(self.now)

    def happen(self, at: datetime) -> None:
        for ring in [ring for caller in self.callers.values() for ring in caller.rings]:
            if at >= ring.overdue_at:
                self.note_miss(ring)
                self.withdraw(ring, WithdrawReason.OVERDUE, at)
            elif not ring.person.left and self.roster.on_until(ring.person.name, at) is None:
                self.live(ring.person, at)
        for caller in list(self.callers.values()):
            due = [e for e in caller.queue.exits if caller.exited < e.after <= caller.waited(at)]
            if due and not caller.callback:
                self.take_back(caller, WithdrawReason.EXIT, at)
                del self.callers[caller.call]
                self.divert(caller, Treatment((), due[-1].go), DivertReason.EXIT, at)
                continue
            if caller.rests_until and caller.rests_until <= at:
                caller.rests_until = None
            if any(step.withdraw and caller.entered_at + step.after == at for step in caller.queue.steps):
                steps = [step for step in caller.queue.steps if step.after <= caller.waited(at)]
                first = max(n for n, step in enumerate(steps) if n == 0 or step.replace)
                for ring in list(caller.rings):
                    if not any(step.requirement.met_by(ring.person.agent.skills) for step in steps[first:]):
                        self.withdraw(ring, WithdrawReason.STEP, at)
        for person in list(self.people.values()):
            self.live(person, at)

    def live(self, p: Person, at: datetime) -> None:
        if p.wrap_until and p.wrap_until <= at:
            p.wrap_until, p.idle_at = None, p.wrap_until
        if p.skip_until and p.skip_until <= at:
            p.skip_until = p.skipped_for = None
        if p.pause_until and p.pause_until <= at:
            self.unpause(p)
        p.settles_at = None if p.settles_at and p.settles_at <= at else p.settles_at
        for handy in p.phones:
            if handy.back_at and handy.back_at <= at:
                handy.failed_at = handy.back_at = None
        on = not p.left and self.roster.on_until(p.name, at) is not None
        if on and not p.on:
            p.logged_in = p.logged_in or p.agent.login is Login.ROSTER
            p.idle_at, p.calls, p.misses = at, 0, {}
        elif p.on and not on:
            self.sign_off(p)
            if p.ring:
                self.withdraw(p.ring, WithdrawReason.SHIFT_ENDED, at)
        p.on = on
        self.refresh(p, at)

    def unpause(self, p: Person) -> None:
        p.misses = {cause: count for cause, count in p.misses.items() if cause is not p.paused_for}
        p.pause = p.paused_for = p.pause_until = None

    def next_offer(self, call: CallId) -> OfferId:
        self.offers[call] += 1
        return OfferId(f"{call}.{self.offers[call]}")

    def note_miss(self, ring: Ring) -> None:
        ring.caller.missed = [name for name in ring.caller.missed if name != ring.person.name] + [ring.person.name]

    def stop(self, ring: Ring, at: datetime, cause: MissCause | None) -> None:
        ring.caller.rings.remove(ring)
        ring.person.ring = None
        call, queue = ring.caller.call, ring.queue.name
        self.done.append(OfferEnded(ring.offer, call, queue, ring.person.name, cause))
        self.hang_up(ring.person, ring.phone, at)

    def hang_up(self, person: Person, phone: Handy | None, at: datetime) -> None:
        if phone and person in phone.users:
            phone.users.remove(person)
            if phone.engaged:
                person.settles_at = at + 2 * SECOND
        self.refresh_with(person, phone, at)

    def refresh_with(self, person: Person, phone: Handy | None, at: datetime) -> None:
        self.refresh(person, at)
        for other in list(self.people.values()):
            if phone in other.phones:
                self.refresh(other, at)
        self.people = {name: p for name, p in self.people.items() if not p.left or p.talks}

    def withdraw(self, ring: Ring, reason: WithdrawReason, at: datetime) -> None:
        self.done.append(Withdraw(ring.offer, ring.caller.call, ring.person.name, reason))
        self.stop(ring, at, None)

    def take_back(self, caller: Caller, reason: WithdrawReason, at: datetime) -> None:
        for ring in list(caller.rings):
            self.withdraw(ring, reason, at)

    def divert(
        self, caller: Caller, treatment: Treatment, reason: DivertReason, at: datetime, detail: str = ""
    ) -> None:
        self.done.append(Divert(caller.call, caller.queue.name, treatment, reason, caller.waited(at), detail))
