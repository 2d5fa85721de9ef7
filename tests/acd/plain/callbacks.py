"""What is promised to callers who hang up, by the plain distributor."""

from dataclasses import replace
from datetime import datetime, timedelta

from telekit.acd import events as e
from telekit.acd.actions import CallbackEnded, CallbackPromised, CallbackTried, WithdrawReason
from telekit.domain.agent import Login
from telekit.domain.callback import Callback, CallbackOutcome, CallbackRules, Keep
from telekit.domain.names import CallId, call_of
from telekit.roster.block import FOREVER
from tests.acd.plain.nouns import SECOND, Caller
from tests.acd.plain.time import Time


class Callbacks(Time):
    """Promises, tries and ends callbacks."""

    def promise(self, event: e.CallbackAgreed) -> None:
        caller = self.callers.get(event.call)
        if caller and not caller.callback and not caller.rings:
            caller.callback, caller.preferred, caller.is_new = Callback(event.number, self.now), None, False
            caller.rests_until = self.now + 10 * SECOND
            c = caller
            self.done.append(CallbackPromised(c.call, c.queue.name, event.number, c.entered_at, c.came_at, c.priority))

    def fail(self, event: e.CallbackFailed) -> None:
        ring = next((r for c in self.callers.values() for r in c.rings if r.offer == event.offer), None)
        caller = self.callers.get(call_of(event.offer))
        if not caller or not caller.callback or (not ring and caller.rings):
            return
        rules, agent = caller.queue.callback or CallbackRules(), ring.person.name if ring else None
        tries = caller.callback.tries + 1 if caller.callback else 0
        again_at = self.now + rules.every if tries < rules.tries else None
        caller.callback = replace(caller.callback or Callback("", self.now), tries=tries, again_at=again_at)
        self.done.append(
            CallbackTried(caller.call, caller.queue.name, agent, event.offer, event.cause, tries, again_at)
        )
        if again_at is None:
            self.end_callback(caller, CallbackOutcome.NOT_REACHED)
        else:
            if ring:
                self.stop(ring, self.now, None)
            caller.rests_until = again_at

    def let_rest(self, caller: Caller, until: datetime | None) -> None:
        if caller.callback and not caller.rings:
            caller.callback = replace(caller.callback, again_at=until)
            caller.rests_until = until if until and until > self.now else None

    def take_up(self, event: e.CallArrived) -> e.CallArrived:
        caller = self.callers.get(event.instead_of) if event.instead_of else None
        if not caller or not caller.callback or caller.queue.name != event.queue:
            return event
        self.end_callback(caller, CallbackOutcome.BACK, event.call)
        return replace(
            event,
            priority=max(event.priority, caller.priority),
            entered_at=caller.entered_at,
            came_at=caller.came_at,
            exited=max(event.exited, caller.exited, caller.waited(self.now)),
        )

    def end_callback(self, caller: Caller, outcome: CallbackOutcome, back_as: CallId | None = None) -> None:
        self.take_back(caller, WithdrawReason.CALL_GONE, self.now)
        del self.callers[caller.call]
        waited = caller.waited(self.now)
        self.done.append(CallbackEnded(caller.call, caller.queue.name, outcome, waited, back_as))

    def somebody_comes(self, caller: Caller) -> bool:
        """Say whether somebody able comes before the opening of the promise ends; within an hour if it never does."""
        queue, rules = caller.queue, caller.queue.callback
        if caller.callback is None or (rules and rules.keep is Keep.NEXT_SHIFT):
            return caller.callback is not None
        closes_at = self.roster.open_until(queue.name, caller.callback.agreed_at) or self.now
        until = closes_at if closes_at < FOREVER else self.now + timedelta(hours=1)
        steps = [step for n, step in enumerate(queue.steps) if self.counts(caller, n)]
        return any(
            not p.left
            and not p.on
            and (p.logged_in or p.agent.login is Login.ROSTER)
            and any(step.requirement.met_by(p.agent.skills) for step in steps)
            and (self.roster.next_change(p.name, self.now) or until) < until
            for p in self.people.values()
        )

    def will_be_served(self, caller: Caller) -> bool:
        """Say whether a callback may be promised where nobody is there: somebody able comes within 14 days."""
        queue = caller.queue
        before = sum(c.queue is queue and c.number < caller.number for c in self.callers.values())
        if not queue.callback or queue.callback.keep is not Keep.NEXT_SHIFT:
            return False
        if any(rule.waiting is not None and before >= rule.waiting for rule in queue.overflow):
            return False
        steps = [step for n, step in enumerate(queue.steps) if self.counts(caller, n)]
        able = [p for p in self.people.values() if any(s.requirement.met_by(p.agent.skills) for s in steps)]
        for person in able:
            off_at = self.roster.on_until(person.name, self.now) if not person.left else None
            starts_at = self.roster.next_start(person.name, self.now) if not person.left else None
            if off_at and self.now < off_at - queue.last_offer:
                return True
            if starts_at and starts_at < self.now + timedelta(days=14):
                return True
        return False

    def counts(self, caller: Caller, number: int) -> bool:
        """Say whether a step brings agents to a call, now or later."""
        steps = caller.queue.steps
        passed = [n for n, step in enumerate(steps) if step.after <= caller.waited(self.now)]
        return number >= max(n for n in passed if n == 0 or steps[n].replace)
