"""All agents as they are now: what happens to them, what time does to them, and who of them could take a call."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import assert_never

from telekit.acd.actions import Action, PresenceChanged, WithdrawReason
from telekit.acd.alarms import Alarms
from telekit.acd.crowd import NOBODY, Crowd, only
from telekit.acd.events import AgentReminded, PhoneRegistered, PhoneSeen, SwitchHeard
from telekit.acd.handset import Handset
from telekit.acd.rankings import Rankings
from telekit.acd.reminding import Reminding
from telekit.acd.seat import SETTLING, Seat
from telekit.acd.waiting import Ringing, Waiting
from telekit.acd.way_back import way_back
from telekit.domain.agent import Agent, Login
from telekit.domain.names import AgentName
from telekit.domain.phone import Phone
from telekit.domain.plan import Plan
from telekit.domain.presence import Presence, PresenceSince
from telekit.domain.queue import MissCause
from telekit.roster.block import FOREVER
from telekit.roster.roster import Roster

AT_THE_END = timedelta(0)
"""The term of a queue that makes offers until the shift ends."""

SEATS_LAST = 2
"""The urgency of an agent's alarm: at one moment offers and calls come first, since they are fewer."""


class Floor:
    """The seats of all agents of one plan after another.

    Every change goes through `refresh`, which works out the presence anew, tells when it is another, and keeps the
    crowds that offers are made from. Nothing trusts these crowds: whoever makes an offer asks the seat again.
    It is empty until it adopts a plan.
    """

    _roster: Roster

    def __init__(
        self,
        tell: Callable[[Action], None],
        alarms: Alarms[Seat | Waiting | Ringing],
        withdraw: Callable[[Ringing, WithdrawReason, datetime], None],
    ) -> None:
        self._tell = tell
        self._alarms = alarms
        self._withdraw = withdraw
        self._reminding = Reminding(tell)
        self._terms: tuple[timedelta, ...] = ()
        self._by_name: dict[AgentName, Seat] = {}
        self._left: dict[AgentName, Seat] = {}
        self._handsets: dict[Phone, Handset] = {}
        self._open: dict[timedelta, Crowd] = {}
        self.seats: list[Seat] = []
        self.ready: Crowd = NOBODY
        """Who can be offered a call, as far as known."""
        self.rankings = Rankings(())
        self.freed: dict[Seat, None] = {}
        """Who became ready, or may take calls that they could not before, and was not matched since."""
        self.gone: dict[Seat, None] = {}
        """Who went off shift or logged out, so that somebody may now wait in vain."""
        self.stirred: dict[Seat, None] = {}
        """Of whom something changed, so that calls that are held for them may be held in vain."""
        self.heeded: dict[Handset, None] = {}
        """Phones of which there is news that has come to count for what is decided."""

    def phone_news(self) -> list[PhoneRegistered | PhoneSeen]:
        """Give, once, what was told of phones and counts for what is decided.

        How a phone is counts while nothing else keeps its agent from calls: on shift, logged in, in no pause.
        """
        heeded, self.heeded = self.heeded, {}
        return [event for handset in heeded for event in handset.news()]

    def seat(self, name: AgentName) -> Seat | None:
        """Give an agent's seat, also of one who left the plan in the middle of a conversation."""
        return self._by_name.get(name) or self._left.get(name)

    def on_duty(self, last_offer: timedelta) -> Crowd:
        """Give who is on shift, logged in, and not too near the shift's end for queues with this `last_offer`."""
        return self._open[last_offer]

    def is_open(self, seat: Seat, last_offer: timedelta) -> bool:
        """Say the same of one agent."""
        return bool(self._open[last_offer] >> seat.number & 1)

    def handset(self, phone: Phone) -> Handset:
        """Give a phone, also one that no agent has."""
        handset = self._handsets.get(phone)
        if handset is None:
            handset = self._handsets[phone] = Handset(phone)
        return handset

    def adopt(self, plan: Plan, roster: Roster, now: datetime) -> None:
        """Seat the agents of another plan; each is due at once: the new roster is asked, and calls are looked for."""
        known = self._left | self._by_name
        self._roster = roster
        self._reminding.before = plan.reminder
        self._terms = tuple(sorted({AT_THE_END, *(queue.last_offer for queue in plan.queues.values())}, reverse=True))
        self._open = dict.fromkeys(self._terms, NOBODY)
        self._by_name, self._left, self.seats = {}, {}, []
        self.ready = NOBODY
        self.rankings = Rankings(step.strategy for queue in plan.queues.values() for step in queue.steps)
        for handset in self._handsets.values():
            handset.seats.clear()
        for number, agent in enumerate(plan.agents.values()):
            seat = known.pop(agent.name, None) or Seat(agent, number, now)
            self._seat(seat, agent, number, now)
        for seat in known.values():
            self._dismiss(seat, now)
        self.freed.clear()
        self.gone.clear()

    def advance(self, seat: Seat, now: datetime) -> None:
        """Let time pass for one agent: everything due by now happens, each at its own moment."""
        while seat.due is not None and seat.due <= now:
            self._pass(seat, seat.due)

    def ring(self, seat: Seat, at: datetime) -> None:
        """Advance an agent whose alarm rang."""
        seat.alarms.discard(at)
        if not seat.left:
            self.advance(seat, at)
            self._arm(seat)

    def refresh(self, seat: Seat, at: datetime) -> None:
        """Work out the presence anew and tell a change; keep the crowds and the alarm."""
        presence, reason = seat.presence_at()
        was = seat.presence
        self.stirred[seat] = None
        if presence is not was.presence or reason != was.reason:
            seat.presence = PresenceSince(presence, max(at, was.since_at), reason)
            back = way_back(seat)
            until_at, missed = (back.at, back.missed) if back is not None else (None, None)
            self._tell(PresenceChanged(seat.name, was, seat.presence, until_at, missed))
        for handset in seat.handsets:
            if handset.is_news and seat.heeds_phones():
                self.heeded[handset] = None
        if seat.left:
            self._left[seat.name] = seat
            if not seat.talks:
                del self._left[seat.name]
            return
        self._index(seat, at)
        self._arm(seat)

    def occupy(self, seat: Seat, handset: Handset | None, at: datetime) -> None:
        """Note that telekit uses a phone for this agent."""
        if handset is not None:
            handset.users.append(seat)
        self._refresh_with_phone(seat, handset, at)

    def release(self, seat: Seat, handset: Handset | None, at: datetime) -> None:
        """Note that telekit no longer uses the phone; what it still shows is telekit's own leg for a moment."""
        if handset is not None and seat in handset.users:
            handset.users.remove(seat)
            if handset.engaged:
                seat.settles_at = at + SETTLING
        self._refresh_with_phone(seat, handset, at)

    def hear(self, event: PhoneSeen | PhoneRegistered | SwitchHeard | AgentReminded, at: datetime) -> None:
        """Take what is told of phones, and of who was reminded that theirs is away."""
        match event:
            case PhoneSeen(phone, reachable, engaged):
                self.phone_seen(phone, reachable, engaged, at)
            case PhoneRegistered(phone):
                self.phone_registered(phone, at)
            case SwitchHeard(tells):
                self.switch_heard(tells, at)
            case AgentReminded(agent, begins_at):
                self.was_reminded(agent, begins_at)
            case _:
                assert_never(event)

    def phone_seen(self, phone: Phone, reachable: bool, engaged: bool, at: datetime) -> None:
        """Note what the switch says of a phone, also of one that no agent has yet."""
        handset = self.handset(phone)
        came_back, hung_up = reachable and not handset.reachable, handset.engaged and not engaged
        handset.seen(reachable, engaged, at)
        self.heed(handset, at, MissCause.UNREACHABLE if came_back else MissCause.BUSY if hung_up else None)

    def phone_registered(self, phone: Phone, at: datetime) -> None:
        """Note that a phone has registered."""
        handset = self.handset(phone)
        handset.registered()
        self.heed(handset, at, MissCause.UNREACHABLE)

    def heed(self, handset: Handset, at: datetime, gone: MissCause | None = None) -> None:
        """Let each agent with this phone know; `gone` is the cause of missed offers that is over now."""
        for seat in handset.seats:
            self.advance(seat, at)
            if gone is not None:
                self._cause_gone(seat, gone, at)
            if not seat.engaged():
                seat.settles_at = None
            self._reminding.plan(seat, at)
            self.refresh(seat, at)

    def switch_heard(self, tells: bool, at: datetime) -> None:
        """Note whether the switch tells of phones: only then somebody is known to be away."""
        for seat in self._reminding.hears(tells, at):
            if not seat.left:
                self.advance(seat, at)
                self._reminding.plan(seat, at)
                self._arm(seat)

    def was_reminded(self, name: AgentName, begins_at: datetime) -> None:
        """Note that an agent was reminded of the shift that begins then, before telekit started."""
        seat = self._by_name.get(name)
        if seat is not None:
            seat.reminded_of = begins_at
            if seat.change_at == begins_at:
                seat.remind_at = None

    def log_in(self, seat: Seat, at: datetime) -> None:
        """Log an agent in; off shift it counts for the shift that starts next.

        Whoever does so is there: what missed offers have led to is over.
        """
        self.forgive(seat)
        if not seat.logged_in:
            seat.logged_in = True
            if seat.off_at is not None:
                seat.idle_at = at
        self.refresh(seat, at)

    def log_out(self, seat: Seat, at: datetime) -> None:
        """Log an agent out, which also ends a wrap-up and a pause."""
        self._sign_off(seat)
        seat.wrap_until_at = None
        if seat.offer is not None:
            self._withdraw(seat.offer, WithdrawReason.AGENT_GONE, at)
        self.refresh(seat, at)

    def pause(self, seat: Seat, reason: str, at: datetime) -> None:
        """Pause an agent; a phone that rings stops ringing."""
        seat.pause, seat.paused_for, seat.pause_until_at = reason, None, None
        if seat.offer is not None:
            self._withdraw(seat.offer, WithdrawReason.AGENT_GONE, at)
        self.refresh(seat, at)

    def resume(self, seat: Seat, at: datetime) -> None:
        """End a pause and a skip, and forget the misses that led there."""
        seat.pause = None
        self.forgive(seat)
        self.refresh(seat, at)

    def forgive(self, seat: Seat) -> None:
        """Forget missed offers and what they have led to; the agent's own pause stays."""
        if seat.paused_for is not None:
            self._end_pause(seat)
        self._end_skip(seat)
        seat.misses.clear()

    def end_wrap_up(self, seat: Seat, at: datetime) -> None:
        if seat.wrap_until_at is not None:
            seat.wrap_until_at = None
            seat.idle_at = at
            self.refresh(seat, at)

    def extend_wrap_up(self, seat: Seat, until_at: datetime, at: datetime) -> None:
        """Give an agent until then; also one whose wrap-up has just ended, but not one whom a call rings already."""
        if seat.offer is None and not seat.talks and seat.off_at is not None and until_at > at:
            seat.wrap_until_at = max(until_at, seat.wrap_until_at or until_at)
            self.refresh(seat, at)

    def _seat(self, seat: Seat, agent: Agent, number: int, now: datetime) -> None:
        seat.agent, seat.number, seat.left, seat.pools = agent, number, False, None
        seat.change_at = now
        seat.ready, seat.open_to = False, 0
        seat.alarms.clear()
        seat.handsets = tuple(self.handset(phone) for phone in agent.phones)
        for handset in seat.handsets:
            handset.catch_up(now)  # while the plan had it for nobody, nobody did
            handset.seats.append(seat)
        self.seats.append(seat)
        self._by_name[agent.name] = seat
        self._arm(seat)

    def _dismiss(self, seat: Seat, now: datetime) -> None:
        seat.left, seat.ready, seat.off_at, seat.wrap_until_at, seat.due = True, False, None, None, None
        self._sign_off(seat)
        self.refresh(seat, now)

    def _refresh_with_phone(self, seat: Seat, handset: Handset | None, at: datetime) -> None:
        self.refresh(seat, at)
        if handset is not None:
            for other in handset.seats:
                if other is not seat:
                    self.refresh(other, at)

    def _pass(self, seat: Seat, at: datetime) -> None:
        """Let one moment pass for one agent."""
        if seat.wrap_until_at is not None and seat.wrap_until_at <= at:
            seat.wrap_until_at = None
            seat.idle_at = at
        if seat.skip_until_at is not None and seat.skip_until_at <= at:
            self._end_skip(seat)
        if seat.pause_until_at is not None and seat.pause_until_at <= at:
            self._end_pause(seat)
        if seat.settles_at is not None and seat.settles_at <= at:
            seat.settles_at = None
        for handset in seat.handsets:
            handset.catch_up(at)
        if seat.change_at is not None and seat.change_at <= at:
            self._ask_roster(seat, at)
            self._reminding.plan(seat, at)
        self._reminding.look(seat, at)
        self.refresh(seat, at)

    def _ask_roster(self, seat: Seat, at: datetime) -> None:
        was_on, seat.off_at = seat.off_at is not None, self._roster.on_until(seat.name, at)
        if seat.off_at is not None:
            seat.change_at = seat.off_at if seat.off_at < FOREVER else None
            if not was_on:
                seat.logged_in = seat.logged_in or seat.agent.login is Login.ROSTER
                seat.idle_at, seat.calls = at, 0
                seat.misses.clear()
            if seat.ready:
                self.freed[seat] = None
            return
        seat.change_at = self._roster.next_change(seat.name, at)
        if was_on:
            self._sign_off(seat)
            if seat.offer is not None:
                self._withdraw(seat.offer, WithdrawReason.SHIFT_ENDED, at)

    def _sign_off(self, seat: Seat) -> None:
        seat.logged_in = False
        seat.pause = None
        self.forgive(seat)

    def _cause_gone(self, seat: Seat, gone: MissCause, at: datetime) -> None:
        """Let an agent return whom telekit kept from calls, when the cause is gone.

        The news that telekit's own leg has left the phone may be late: it does not say that a busy phone is free.
        """
        if gone is MissCause.BUSY and at - seat.presence.since_at < SETTLING:
            return
        if seat.paused_for is gone:
            self._end_pause(seat)
        if seat.skipped_for is gone:
            self._end_skip(seat)

    def _end_pause(self, seat: Seat) -> None:
        """End a pause; the misses that led to it, if any did, do not count for the next."""
        if seat.paused_for is not None:
            seat.misses.pop(seat.paused_for, None)
        seat.pause = seat.paused_for = seat.pause_until_at = None

    def _end_skip(self, seat: Seat) -> None:
        seat.skip_until_at = seat.skipped_for = None

    def _index(self, seat: Seat, at: datetime) -> None:
        """Keep the crowds true to the seat."""
        ready = seat.presence.presence is Presence.AVAILABLE and (seat.settles_at is None or not seat.engaged())
        if ready is not seat.ready:
            seat.ready = ready
            self.ready ^= only(seat.number)
            if ready:
                self.freed[seat] = None
                self.rankings.place(seat)
            else:
                self.freed.pop(seat, None)
                self.rankings.remove(seat)
        open_to = self._open_to(seat, at)
        if open_to != seat.open_to:
            for place, term in enumerate(self._terms):
                if (open_to ^ seat.open_to) >> place & 1:
                    self._open[term] ^= only(seat.number)
            if seat.open_to & ~open_to:
                self.gone[seat] = None
            seat.open_to = open_to

    def _open_to(self, seat: Seat, at: datetime) -> int:
        """Tell for which terms an agent is on shift and logged in, one bit a term."""
        off_at, terms = seat.off_at, self._terms
        if off_at is None or not seat.logged_in:
            return 0
        if at < off_at - terms[0]:
            return (1 << len(terms)) - 1
        return sum((at < off_at - term) << place for place, term in enumerate(terms))

    def _arm(self, seat: Seat) -> None:
        """Set an alarm for what time changes next, unless one that is set comes no later."""
        seat.due = seat.next_due(self._terms)
        if seat.due is not None and (not seat.alarms or seat.due < min(seat.alarms)):
            seat.alarms.add(seat.due)
            self._alarms.set(seat.due, seat, SEATS_LAST)
