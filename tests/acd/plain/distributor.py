"""What each event means."""

from datetime import datetime, timedelta

from telekit.acd import events as e
from telekit.acd.actions import (
    Abandoned,
    Action,
    Divert,
    DivertReason,
    Finished,
    Held,
    Joined,
    Resumed,
    TakenOver,
    WithdrawReason,
)
from telekit.domain.callback import CallbackOutcome
from telekit.domain.names import CallId
from telekit.domain.phone import PhoneKind
from telekit.domain.plan import Plan
from telekit.domain.queue import CLOSED, MissCause, PauseAfter, Queue, Skip
from telekit.roster.roster import Roster
from tests.acd.plain.matching import Matching
from tests.acd.plain.nouns import SECOND, Caller, Handy, Person, Ring, Talk


class Plain(Matching):
    """A distributor with the same two verbs as the real one."""

    def handle(self, event: e.Event, now: datetime) -> list[Action]:
        to = max(self.now, now)
        self.pass_time(to)
        self.now = to
        self.take(event)
        self.pass_time(to)
        self.let_go()
        self.match()
        self.spare()
        self.turn_away()
        self.tell_queued()
        done, self.done = self.done, []
        return done

    def take(self, event: e.Event) -> None:
        now = self.now
        rings = {ring.offer: ring for caller in self.callers.values() for ring in caller.rings}
        match event:
            case e.CallArrived():
                self.arrive(event)
            case e.CallGone(call) if caller := self.callers.get(call):
                self.take_back(caller, WithdrawReason.CALL_GONE, now)
                del self.callers[call]
                self.done.append(Abandoned(call, caller.queue.name, caller.waited(now)))
            case e.CallbackAgreed():
                self.promise(event)
            case e.CallbackDeclined(call) if (caller := self.callers.get(call)) and caller.asked_until:
                caller.asked_until = now
            case e.CallbackFailed():
                self.fail(event)
            case e.CallbackRests(call, until) if (caller := self.callers.get(call)) and caller.callback:
                self.let_rest(caller, until)
            case e.CallbackCancelled(call) if (caller := self.callers.get(call)) and caller.callback:
                self.end_callback(caller, CallbackOutcome.CANCELLED)
            case e.CallGone(call) | e.ConversationEnded(call):
                self.end_talk(call)
            case e.OfferAnswered(offer, talked) if offer in rings:
                self.join(rings[offer], talked)
            case e.OfferAnswered(offer, talked):
                late = [c.past[offer] for c in self.callers.values() if offer in c.past]
                for ring in late:
                    ring.person = self.people.setdefault(ring.person.name, ring.person)
                    self.take_back(ring.caller, WithdrawReason.ANSWERED, now)
                    if ring.person.ring:
                        self.withdraw(ring.person.ring, WithdrawReason.AGENT_GONE, now)
                    self.join(ring, talked)
            case e.OfferMissed(offer, cause) if offer in rings:
                self.miss(rings[offer], cause)
            case e.OfferDropped(offer) if offer in rings:
                caller = rings[offer].caller
                self.stop(rings[offer], now, None)
                caller.rests_until = caller.rests_until if caller.rings else now + SECOND
            case e.RingEnded(causes):
                for ring in [rings[offer] for offer in causes if offer in rings]:
                    if ring in ring.caller.rings:
                        cause = causes[ring.offer]
                        self.stop(ring, now, None) if cause is None else self.miss(ring, cause)
            case e.LineDropped(call):
                self.line_dropped(call)
            case e.ConversationFound():
                self.found(event)
            case e.CallHeld(call) if (talk := self.talks.get(call)) and talk.held_since is None:
                talk.held_since = now
                self.done.append(Held(call, talk.queue.name if talk.queue else None, talk.name))
            case e.CallResumed(call):
                self.resume(call)
            case e.CallPassedOn() if event.call not in self.callers:
                self.pass_on(event)
            case e.PhoneSeen(phone, reachable, engaged):
                self.seen(self.phone(phone), reachable, engaged)
            case e.PhoneRegistered(phone):
                handy = self.phone(phone)
                handy.reachable, handy.failed_at, handy.back_at = True, None, None
                self.cause_gone(handy, MissCause.UNREACHABLE)
                self.refresh_all(now)
            case e.PhoneGone(phone):
                self.seen(self.phone(phone), reachable=False, engaged=False)
                for ring in [ring for ring in rings.values() if ring.phone.phone == phone]:
                    self.withdraw(ring, WithdrawReason.PHONE_GONE, now)
            case e.PlanChanged(plan):
                self.change(plan)
            case (
                e.AgentLoggedIn()
                | e.AgentLoggedOut()
                | e.AgentPaused()
                | e.AgentResumed()
                | e.AgentRecalled()
                | e.WrapUpEnded()
                | e.WrapUpExtended()
            ):
                person = self.people.get(event.agent)
                if person and not person.left:
                    self.says(person, event)
                    self.refresh_all(now)

    def arrive(self, event: e.CallArrived) -> None:
        self.end_talk(event.call)
        event = self.take_up(event)
        entered_at = min(event.entered_at or self.now, self.now)
        known = self.callers.get(event.call)
        if known and known.callback and not event.callback:
            self.take_back(known, WithdrawReason.CALL_GONE, self.now)
        if known and known.queue.name == event.queue:
            known.priority, known.entered_at = event.priority, min(entered_at, known.entered_at)
            known.came_at = min(event.came_at or entered_at, known.came_at, known.entered_at)
            known.exited = max(event.exited, known.exited)
            known.told, known.rests_until, known.callback = False, None, event.callback
            known.asked_until = None
            return
        if known:
            self.take_back(known, WithdrawReason.CALL_GONE, self.now)
            del self.callers[event.call]
        queue = self.plan.queues.get(event.queue)
        if not queue:
            self.done.append(Divert(event.call, event.queue, CLOSED, DivertReason.QUEUE_GONE, self.now - entered_at))
        elif self.roster.opening_at(queue.name, entered_at) is None:
            self.done.append(Divert(event.call, queue.name, queue.closed, DivertReason.CLOSED, self.now - entered_at))
        else:
            self.arrivals += 1
            self.offers[event.call] = max(event.offers, self.offers[event.call])
            came_at = min(event.came_at or entered_at, entered_at)
            caller = Caller(event.call, queue, event.priority, entered_at, came_at, self.arrivals, event.exited)
            caller.is_new = event.entered_at is None
            caller.preferred = event.preferred
            self.callers[event.call] = caller

    def found(self, event: e.ConversationFound) -> None:
        talk, caller = self.talks.get(event.call), self.callers.get(event.call)
        person = self.people.get(event.agent)
        if talk:
            if talk.name == event.agent:
                return
            self.end_talk(event.call)
            person = self.people.get(event.agent)
        queue = self.plan.queues.get(event.queue) if event.queue else None
        if caller:
            if person and person.ring in caller.rings:
                self.join(person.ring)
                return
            queue = caller.queue
            self.take_back(caller, WithdrawReason.ANSWERED, self.now)
            del self.callers[event.call]
            offer, waited = self.next_offer(event.call), caller.waited(self.now)
            self.done.append(Joined(offer, event.call, queue.name, event.agent, waited, timedelta(0)))
        if person and person.ring:
            self.withdraw(person.ring, WithdrawReason.AGENT_GONE, self.now)
        self.talk(Talk(event.call, event.agent, person, queue, None, min(event.since_at, self.now)))

    def seen(self, handy: Handy, reachable: bool, engaged: bool) -> None:
        came_back = reachable and not handy.reachable and handy.phone.kind is PhoneKind.SIP
        if came_back or (handy.engaged and not engaged):
            self.cause_gone(handy, MissCause.UNREACHABLE if came_back else MissCause.BUSY)
        handy.reachable, handy.engaged = reachable, engaged
        if handy.failed_at and reachable and handy.phone.kind is PhoneKind.SIP:
            if came_back or self.now >= handy.failed_at + handy.doubt:
                handy.failed_at = handy.back_at = None
            else:
                handy.back_at = handy.failed_at + handy.doubt
        for person in self.people.values():
            if handy in person.phones and not person.engaged():
                person.settles_at = None
        self.refresh_all(self.now)

    def cause_gone(self, handy: Handy, cause: MissCause) -> None:
        for p in self.people.values():
            if handy not in p.phones or (cause is MissCause.BUSY and self.now - p.presence.since_at < 2 * SECOND):
                continue
            if p.paused_for is cause:
                self.unpause(p)
            if p.skipped_for is cause:
                p.skip_until = p.skipped_for = None

    def says(self, p: Person, event: e.Event) -> None:
        now = self.now
        match event:
            case e.AgentLoggedIn():
                p.forgive()
                p.idle_at = now if p.on and not p.logged_in else p.idle_at
                p.logged_in = True
            case e.AgentLoggedOut():
                on = p.on
                self.sign_off(p)
                p.on, p.wrap_until = on, None
                if p.ring:
                    self.withdraw(p.ring, WithdrawReason.AGENT_GONE, now)
            case e.AgentPaused(_, reason):
                p.pause, p.paused_for, p.pause_until = reason, None, None
                if p.ring:
                    self.withdraw(p.ring, WithdrawReason.AGENT_GONE, now)
            case e.AgentResumed():
                p.pause = None
                p.forgive()
            case e.AgentRecalled():
                p.logged_in = p.logged_in if event.logged_in is None else event.logged_in
                p.pause, p.paused_for, p.pause_until = event.pause, event.paused_for, event.pause_until_at
                p.wrap_until = event.wrap_until_at
            case e.WrapUpEnded() if p.wrap_until:
                p.wrap_until, p.idle_at = None, now
            case e.WrapUpExtended(_, until) if p.on and not p.ring and not p.talks and until > now:
                p.wrap_until = max(until, p.wrap_until or until)

    def change(self, plan: Plan) -> None:
        self.plan, self.roster = plan, Roster(plan)
        self.turns = {name: agent for name, agent in self.turns.items() if name in plan.queues}
        for caller in list(self.callers.values()):
            queue = plan.queues.get(caller.queue.name)
            if queue is None:
                self.take_back(caller, WithdrawReason.PLAN_CHANGED, self.now)
                if caller.callback:
                    self.end_callback(caller, CallbackOutcome.QUEUE_GONE)
                    continue
                del self.callers[caller.call]
                self.divert(caller, CLOSED, DivertReason.QUEUE_GONE, self.now)
                continue
            caller.queue = queue
            for ring in list(caller.rings):
                agent = plan.agents.get(ring.person.name)
                if not (
                    agent
                    and self.roster.on_until(agent.name, self.now)
                    and any(step.requirement.met_by(agent.skills) for _, step in self.tiers(caller))
                ):
                    self.withdraw(ring, WithdrawReason.PLAN_CHANGED, self.now)
        self.seat()
        for talk in self.talks.values():
            if not talk.person and talk.name in self.people:
                talk.person = self.people[talk.name]
                self.talk(talk)

    def join(self, ring: Ring, talked: timedelta = timedelta(0)) -> None:
        caller, person = ring.caller, ring.person
        if ring in caller.rings:
            caller.rings.remove(ring)
            ring.phone.users.remove(person)
        person.ring = None if person.ring is ring else person.ring
        self.take_back(caller, WithdrawReason.ANSWERED, self.now)
        del self.callers[caller.call]
        since_at = max(self.now - talked, ring.started_at)
        waited, rang = caller.waited(since_at), since_at - ring.started_at
        self.done.append(Joined(ring.offer, caller.call, ring.queue.name, person.name, waited, rang))
        person.calls += 1
        person.forgive()
        self.talk(Talk(caller.call, person.name, person, ring.queue, ring.phone, since_at))

    def talk(self, talk: Talk) -> None:
        self.talks[talk.call] = talk
        if talk.person:
            talk.person.wrap_until = None
            talk.person.talks.add(talk.call)
            self.people[talk.name] = talk.person
            if talk.phone:
                talk.phone.users.append(talk.person)
            self.refresh_with(talk.person, talk.phone, self.now)

    def pass_on(self, event: e.CallPassedOn) -> None:
        to, by = self.people.get(event.to) if event.to else None, self.people.get(event.by)
        if to and to.ring:
            self.withdraw(to.ring, WithdrawReason.AGENT_GONE, self.now)
        talk, queue = self.talks.get(event.call), self.plan.queues.get(event.queue) if event.queue else None
        if talk and talk.name == event.to:
            return
        if talk:
            self.end_talk(event.call, wraps_up_for=queue if event.to is None else None)
        if event.to is None:
            return
        if by and by.wraps_up == event.call and by is not to and by.wrap_until:
            by.wrap_until, by.idle_at = None, self.now
            self.refresh(by, self.now)
        self.done.append(TakenOver(event.call, event.queue, event.to, event.by))
        if to:
            to.calls, to.misses = to.calls + 1, {}
        phone = self.phone(event.phone) if event.phone else None
        self.talk(Talk(event.call, event.to, to, queue, phone, self.now))

    def resume(self, call: CallId) -> None:
        talk = self.talks.get(call)
        if talk and talk.held_since is not None:
            held = max(self.now - talk.held_since, timedelta(0))
            talk.held, talk.held_since = talk.held + held, None
            self.done.append(Resumed(call, talk.queue.name if talk.queue else None, talk.name, held))

    def end_talk(self, call: CallId, **told: Queue | None) -> None:
        """End a talk; `wraps_up_for` is the queue that gives the wrap-up, should it not be the talk's."""
        self.resume(call)
        talk = self.talks.pop(call, None)
        if not talk:
            return
        talked = max(self.now - talk.since_at - talk.held, timedelta(0))
        self.done.append(Finished(call, talk.queue.name if talk.queue else None, talk.name, talked, talk.held))
        if not talk.person:
            return
        person = talk.person
        person.talks.discard(call)
        queue = self.plan.queues.get(talk.queue.name, talk.queue) if talk.queue else None
        queue = told.get("wraps_up_for", queue)
        if not person.talks and not person.left:
            person.idle_at, person.wraps_up = self.now, call
            person.wrap_until = self.now + queue.wrap_up if queue and queue.wrap_up else None
        self.hang_up(person, talk.phone, self.now)

    def line_dropped(self, call: CallId) -> None:
        talk = self.talks.get(call)
        if talk and talk.phone:
            talk.phone.fail(self.now, 120 * SECOND, 120 * SECOND)
        self.end_talk(call)
        self.refresh_all(self.now)

    def miss(self, ring: Ring, cause: MissCause) -> None:
        self.note_miss(ring)
        self.consequence(ring, cause)
        self.stop(ring, self.now, cause)

    def consequence(self, ring: Ring, cause: MissCause) -> None:
        person = ring.person
        person.misses[cause] = person.misses.get(cause, 0) + 1
        match ring.queue.missed[cause]:
            case PauseAfter(misses, span):
                count = person.misses[cause]
                if count >= misses:
                    person.pause, person.paused_for = f"{count} missed offer{'s' * (count > 1)}", cause
                    person.pause_until = self.now + span if span else None
            case Skip(span):
                person.skip_until, person.skip_reason = self.now + span, f"skipped: {cause.value}"
                person.skipped_for = cause
            case _:
                ring.phone.fail(self.now, 5 * SECOND, 60 * SECOND if ring.phone.phone.kind is PhoneKind.TEL else None)
