"""The life of an offer: it starts, and it ends by an answer, a miss, or because it is taken back."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from telekit.acd.actions import Action, Joined, Offer, OfferEnded, Withdraw, WithdrawReason
from telekit.acd.alarms import Alarms
from telekit.acd.conversations import Conversations
from telekit.acd.crowd import only
from telekit.acd.floor import Floor
from telekit.acd.hall import Tier
from telekit.acd.room import REST, Room
from telekit.acd.seat import Seat
from telekit.acd.waiting import Conversation, Ringing, Waiting
from telekit.domain.callback import CallbackRules
from telekit.domain.names import CallId, OfferId
from telekit.domain.phone import Phone
from telekit.domain.queue import DEFAULT_CONSEQUENCES, MissCause, PauseAfter, Queue, Skip, UntilRegistered

GRACE = timedelta(seconds=10)
"""How long after its ring time an offer of which nothing was heard is given up."""

CONFIRMING = timedelta(seconds=30)
"""How much longer where the agent has to press a key after answering, or hears a whisper."""

SHORTEST_SKIP = timedelta(seconds=1)

OFFERS_FIRST = 0
"""The urgency of an offer's alarm."""

NOTHING = timedelta(0)


class Offers:
    """All running offers."""

    def __init__(
        self,
        tell: Callable[[Action], None],
        alarms: Alarms[Seat | Waiting | Ringing],
        floor: Floor,
        room: Room,
        conversations: Conversations,
    ) -> None:
        self._tell = tell
        self._alarms = alarms
        self._floor = floor
        self._room = room
        self._conversations = conversations
        self.running: dict[OfferId, Ringing] = {}

    def start(self, waiting: Waiting, seat: Seat, tier: Tier, now: datetime) -> None:
        """Ring an agent for a call, which others may be rung for already."""
        handset = seat.usable_handset()
        assert handset is not None, "whoever is offered a call can be rung"  # noqa: S101
        queue = waiting.hall.queue
        offer = waiting.next_offer()
        overdue_at = now + _time_for(waiting, handset.phone, queue)
        ringing = Ringing(offer, waiting, seat, handset, queue, tier.step, now, overdue_at)
        self.running[offer] = seat.offer = ringing
        waiting.ringing += (ringing,)
        waiting.hall.last_offered = seat.name
        waiting.told_queued = False
        self._room.step_out(waiting)
        self.watch(ringing)
        waited, number = waiting.waited(now), waiting.callback.number if waiting.callback is not None else None
        self._tell(
            Offer(offer, waiting.call, queue.name, seat.name, handset.phone, queue.ring, tier.step, waited, number)
        )
        self._floor.occupy(seat, handset, now)

    def watch(self, ringing: Ringing) -> None:
        """Set the alarm for its end, by the shift's end or because nothing was heard."""
        off_at = ringing.seat.off_at
        at = min(ringing.overdue_at, off_at) if off_at is not None else ringing.overdue_at
        self._alarms.set(at, ringing, OFFERS_FIRST)

    def advance(self, ringing: Ringing, at: datetime) -> None:
        """Look at an offer whose alarm rang."""
        if self.running.get(ringing.offer) is not ringing:
            return
        if at >= ringing.overdue_at:
            self._miss_noted(ringing)
            self.withdraw(ringing, WithdrawReason.OVERDUE, at)
            return
        self._floor.advance(ringing.seat, at)
        if self.running.get(ringing.offer) is ringing:
            self._alarms.set(ringing.overdue_at, ringing, OFFERS_FIRST)

    def answered(self, offer: OfferId, at: datetime, talked: timedelta = NOTHING) -> None:
        """Join; also when the answer crossed our taking the offer back: then the switch is right.

        The caller talks with this agent now, so an offer of the call to somebody else, or of another call to this
        agent, is taken back. An answer to an offer of a call that waits no longer changes nothing.
        """
        ringing = self.running.get(offer)
        if ringing is None:
            ringing = self._past(offer)
            if ringing is None:
                return
            ringing.seat = self._floor.seat(ringing.seat.name) or ringing.seat
            self.take_back(ringing.waiting, WithdrawReason.ANSWERED, at)
            if ringing.seat.offer is not None:
                self.withdraw(ringing.seat.offer, WithdrawReason.AGENT_GONE, at)
        self.join(ringing, at, max(at - talked, ringing.started_at))

    def join(self, ringing: Ringing, at: datetime, since_at: datetime) -> None:
        """Turn an offer into a conversation; `since_at` is before `at` when the news is late."""
        waiting, seat = ringing.waiting, ringing.seat
        if ringing.offer in self.running:
            ringing.handset.users.remove(seat)  # from here on the conversation uses the phone
        self._close(ringing, leaves=True)
        if waiting.ringing:
            self.take_back(waiting, WithdrawReason.ANSWERED, at)
        self._room.leave(waiting)
        waited, rang = waiting.waited(since_at), since_at - ringing.started_at
        self._tell(Joined(ringing.offer, waiting.call, ringing.queue.name, seat.name, waited, rang))
        seat.calls += 1
        self._floor.forgive(seat)
        conversation = Conversation(waiting.call, seat, seat.name, ringing.queue, ringing.handset, since_at)
        self._conversations.begin(conversation, at)

    def missed(self, offer: OfferId, cause: MissCause, at: datetime) -> None:
        """End an offer that the agent did not take; the call keeps its place, the cause decides about the agent."""
        ringing = self.running.get(offer)
        if ringing is None:
            return
        self._floor.advance(ringing.seat, at)
        if self.running.get(offer) is not ringing:
            return
        self._miss_noted(ringing)
        self._close(ringing)
        consequence = self._consequence(ringing, cause, at)
        self._told_ended(ringing, cause, consequence)
        self._floor.release(ringing.seat, ringing.handset, at)
        self._stand_again(ringing.waiting)

    def dropped(self, offer: OfferId, at: datetime) -> None:
        """End an offer at which the switch failed; the call rests for a moment."""
        ringing = self.running.get(offer)
        if ringing is None:
            return
        self._end(ringing, at)
        if not ringing.waiting.ringing:
            self._room.rest(ringing.waiting, at + REST)

    def phone_gone(self, phone: Phone, at: datetime) -> None:
        """Take back what rings on a phone that is out of reach, by no fault of the agent's."""
        self._floor.phone_seen(phone, reachable=False, engaged=False, at=at)
        for ringing in self.on(phone):
            self.withdraw(ringing, WithdrawReason.PHONE_GONE, at)

    def on(self, phone: Phone) -> Sequence[Ringing]:
        """Give what rings on a phone, be it one that its agent has no more: one offer, unless agents share it."""
        offers = (seat.offer for seat in dict.fromkeys(self._floor.handset(phone).users))
        return [ringing for ringing in offers if ringing is not None and ringing.handset.phone == phone]

    def ended(self, causes: Mapping[OfferId, MissCause | None], at: datetime) -> None:
        """End offers of one call that rang at once; it stands in line again when none of them is left."""
        for offer, cause in causes.items():
            ringing = self.running.get(offer)
            if cause is not None:
                self.missed(offer, cause, at)
            elif ringing is not None:
                self._end(ringing, at)
                self._stand_again(ringing.waiting)

    def unreached(self, ringing: Ringing, again_at: datetime, at: datetime) -> None:
        """End an offer of a callback whose person was not reached; the call rests until the next try."""
        self._end(ringing, at)
        if self._room.waits(ringing.waiting):
            self._room.rest(ringing.waiting, again_at)

    def withdraw(self, ringing: Ringing, reason: WithdrawReason, at: datetime) -> None:
        """Take an offer back; the call stands in line again unless another phone rings for it."""
        self._take(ringing, reason, at)
        self._stand_again(ringing.waiting)

    def withdraw_replaced(self, waiting: Waiting, since: int, at: datetime) -> None:
        """Take back what rings for agents whom a step swapped, if it says so; `since` is the step before."""
        hall = waiting.hall
        if any(step.withdraw for step in hall.queue.steps[since + 1 : waiting.step + 1]):
            tiers = hall.stage(waiting).tiers
            for ringing in waiting.ringing:
                if not any(tier.pool.able & only(ringing.seat.number) for tier in tiers):
                    self.withdraw(ringing, WithdrawReason.STEP, at)

    def take_back(self, waiting: Waiting, reason: WithdrawReason, at: datetime) -> None:
        """Take back the offers of a call that is about to leave the line, if any run."""
        for ringing in waiting.ringing:
            self._take(ringing, reason, at)

    def _take(self, ringing: Ringing, reason: WithdrawReason, at: datetime) -> None:
        self._tell(Withdraw(ringing.offer, ringing.waiting.call, ringing.seat.name, reason))
        self._end(ringing, at)

    def _end(self, ringing: Ringing, at: datetime) -> None:
        self._close(ringing)
        self._told_ended(ringing, None, "")
        self._floor.release(ringing.seat, ringing.handset, at)

    def _close(self, ringing: Ringing, *, leaves: bool = False) -> None:
        """Take an offer off; of a call that leaves with it, nobody asks whether it waits in vain."""
        self.running.pop(ringing.offer, None)
        ringing.left = True
        ringing.waiting.past[ringing.offer] = ringing
        if ringing.seat.offer is ringing:
            ringing.seat.offer = None
        waiting = ringing.waiting
        if ringing in waiting.ringing:
            alone = len(waiting.ringing) == 1
            waiting.ringing = () if alone else tuple(other for other in waiting.ringing if other is not ringing)
            if alone and not leaves:
                self._room.doubt_call(waiting)

    def _past(self, offer: OfferId) -> Ringing | None:
        """Find an offer that ended, of a call that still waits."""
        waiting = self._room.calls.get(CallId(offer.rpartition(".")[0]))
        return waiting.past.get(offer) if waiting is not None else None

    def _stand_again(self, waiting: Waiting) -> None:
        if not waiting.ringing and self._room.waits(waiting):
            self._room.stand(waiting)

    def _told_ended(self, ringing: Ringing, cause: MissCause | None, consequence: str) -> None:
        call, agent = ringing.waiting.call, ringing.seat.name
        self._tell(OfferEnded(ringing.offer, call, ringing.queue.name, agent, cause, consequence))

    def _miss_noted(self, ringing: Ringing) -> None:
        missed, agent = ringing.waiting.missed, ringing.seat.name
        missed.pop(agent, None)
        missed[agent] = None

    def _consequence(self, ringing: Ringing, cause: MissCause, at: datetime) -> str:
        """Let the miss have its consequence for the agent, and tell it in a few words."""
        seat = ringing.seat
        seat.misses[cause] = seat.misses.get(cause, 0) + 1
        match ringing.queue.missed.get(cause) or DEFAULT_CONSEQUENCES[cause]:
            case PauseAfter(misses, span):
                count = seat.misses[cause]
                if count < misses:
                    return ""
                seat.pause = f"{count} missed offer{'s' if count > 1 else ''}"
                seat.paused_for = cause
                seat.pause_until_at = at + span if span is not None else None
                return f"paused after {seat.pause}{f' for {span.total_seconds():g}s' if span is not None else ''}"
            case Skip(span):
                seat.skip_until_at = max(at + max(span, SHORTEST_SKIP), seat.skip_until_at or at)
                seat.skip_reason = f"skipped: {cause.value}"
                seat.skipped_for = cause
                return f"skipped for {max(span, SHORTEST_SKIP).total_seconds():g}s"
            case UntilRegistered():
                ringing.handset.failed(at)
                return f"{ringing.handset.phone} not rung until it registers"


def _time_for(waiting: Waiting, phone: Phone, queue: Queue) -> timedelta:
    """Give how long an offer may take until it is heard of: for a callback, two phones ring one after the other."""
    answers_later = phone.confirm or queue.whisper is not None
    span = queue.ring + GRACE + (CONFIRMING if answers_later else NOTHING)
    if waiting.callback is None:
        return span
    return span + (queue.callback or CallbackRules()).ring + 2 * CONFIRMING
