"""What happens in a replay: callers and agents do as it was written down, wherever the distributor lets them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from telekit.acd.actions import Abandoned, Action, CallbackOffered, Divert, InviteReason, Joined, Offer, OfferEnded
from telekit.acd.distributor import Distributor
from telekit.acd.events import (
    CallArrived,
    CallbackAgreed,
    CallbackDeclined,
    CallbackFailed,
    CallGone,
    ConversationEnded,
    ConversationFound,
    Event,
    OfferAnswered,
    OfferDropped,
    OfferMissed,
    PhoneRegistered,
    PhoneSeen,
    PlanChanged,
    RingEnded,
    TimePassed,
)
from telekit.domain.destination import ToQueue
from telekit.domain.fact import Fact, FactKind
from telekit.domain.names import AgentName, CallId, OfferId
from telekit.domain.plan import Plan
from telekit.domain.queue import MissCause
from telekit.replay.entry import Elsewhere, Entry, first_entry
from telekit.replay.phones import Phones
from telekit.replay.recording import Moment, PlanHeld, RecordedCall, RecordedOffer, Recording, Talk, Visit
from telekit.replay.timeline import LAST, Step, Timeline
from telekit.replay.usual import Usual
from telekit.service.chronicle import fact_of
from telekit.service.standing import standings

NEAR = timedelta(seconds=1)
"""An offer that is made so soon before or after its moment is the same one: what came of it comes at its moment."""
AFTERWARDS = timedelta(hours=1)
"""For so long after the last that was written down calls are led to their ends."""

Watch = Callable[[Fact], None]


@dataclass(slots=True, eq=False)
class _Stay:
    """A call that waits or talks."""

    recorded: RecordedCall
    visit: Visit | None
    event: CallArrived
    talks: bool = False
    ends: bool = False
    """It is known when the conversation ends."""


@dataclass(frozen=True, slots=True)
class _Response:
    """What an agent does about an offer."""

    offer: OfferId
    stay: _Stay
    event: OfferAnswered | OfferMissed | OfferDropped | CallbackFailed
    crossed: bool = False
    """The answer came although the offer had been taken back."""


class Replay:
    """Leads the calls of a recording once more; what is decided comes out as facts, as in a journal."""

    def __init__(self, plan: Plan, recording: Recording, *, reroutes: bool, watch: Watch | None = None) -> None:
        """With `reroutes` calls go where the rules send them now; without it, to the queues that they went to then."""
        self.plan = plan
        self.facts: list[Fact] = []
        self.elsewhere: dict[CallId, Elsewhere] = {}
        """Calls that come to no queue."""
        self._guessed: set[CallId] = set()
        """Calls of which nothing tells how the agent would have answered, or for how long they would have talked."""
        self._patient: set[CallId] = set()
        """Calls that were answered or sent on then, and wait longer now."""
        self._recording = recording
        self._watch = watch
        self._usual = Usual(recording)
        self._timeline = Timeline()
        self._at = self._timeline.at
        self._phones = Phones(plan, recording, self._timeline, self._tell)
        self.now = recording.began_at
        self._stays: dict[CallId, _Stay] = {}
        self._sent: dict[CallId, tuple[str, str]] = {}
        """Why, and from which queue, a call was sent on last."""
        self._ringing: set[OfferId] = set()
        self._together: dict[tuple[CallId, datetime], list[tuple[Moment, _Response]]] = {}
        self._last: dict[str, AgentName] = {}
        """With whom a number last talked."""
        self._begin(Moment(recording.began_at, 0))
        for held in recording.plans:
            self._at(held.at, lambda held=held: self._plan_holds(held))  # type: ignore[misc]
        for at, event in recording.told:
            if isinstance(event, PhoneSeen | PhoneRegistered):
                self._phones.hear(at, event, lambda: self.distributor)
            else:
                self._at(at, lambda event=event: self._tell(event))  # type: ignore[misc]
        for at in recording.links:
            self._at(at, self._find_conversations)
        for call in recording.calls.values():
            self._expect(call, reroutes=reroutes)

    @property
    def guessed(self) -> int:
        """Count the calls for which something had to be supposed that nothing tells."""
        return len(self._guessed)

    @property
    def beyond_patience(self) -> int:
        """Count the callers who wait longer than anybody knows them to wait."""
        for stay in self._stays.values():
            if not stay.talks:
                self._note_patience(stay)
        return len(self._patient)

    def at(self, moment: datetime, step: Step) -> None:
        """Do something at a moment, after everything that was written down for it."""
        self._at(Moment(moment, LAST), step)

    def next_at(self) -> datetime | None:
        """Tell when something happens next."""
        due = (self._timeline.next_at(), self.distributor.wakes_at())
        return min((max(each, self.now) for each in due if each is not None), default=None)

    def run(self, until: datetime | None = None, progress: Callable[[datetime], None] = lambda now: None) -> None:
        """Go on to the end, or up to a moment and all that happens then."""
        while True:
            due_at, woken_at = self._timeline.next_at(), self.distributor.wakes_at()
            at = min((each for each in (due_at, woken_at) if each is not None), default=None)
            if at is None or (until is not None and at > until) or self._is_over(at):
                break
            self.now = max(self.now, at)
            if woken_at is not None and woken_at == at:
                self._tell(TimePassed())
            else:
                self._timeline.do_next()
            progress(self.now)
        if until is not None:
            self.now = max(self.now, until)
            self._tell(TimePassed())

    def _is_over(self, at: datetime) -> bool:
        ended_at = self._recording.ended_at
        if at <= ended_at:
            return False
        return at > ended_at + AFTERWARDS or not any(not stay.talks or stay.ends for stay in self._stays.values())

    def _begin(self, at: Moment) -> None:
        """Make a distributor, as a telekit that starts: it knows how agents stood, and nothing else."""
        self.distributor = Distributor(self.plan, self.now)
        known = [fact for told_at, fact in self._recording.of_agents if told_at < at]
        last = {fact.agent: fact for fact in known if fact.kind is FactKind.PRESENCE}
        known = [fact for fact in known if fact.kind is FactKind.SAID or last[fact.agent] is fact]
        for recalled in standings(known, self.plan.agents, self.distributor.roster, self.now):
            self._tell(recalled)
        self._stays.clear()
        self._ringing.clear()
        self._together.clear()
        for phone in self._phones.unknown():
            self._tell(PhoneSeen(phone, reachable=True))

    def _plan_holds(self, held: PlanHeld) -> None:
        if not held.is_start:
            self._tell(PlanChanged(self.plan))
        elif held.at.at > self._recording.began_at:
            self._begin(held.at)

    def _expect(self, call: RecordedCall, *, reroutes: bool) -> None:
        later = call.visits
        if reroutes:
            first = call.visits[0].at if call.visits else call.at
            self._at(first, lambda: self._comes(call))
            later = call.visits[1:]
        for number, visit in enumerate(later):
            before = call.visits[number - 1 + reroutes] if number + reroutes else None
            self._at(visit.at, lambda visit=visit, before=before: self._comes_again(call, visit, before))  # type: ignore[misc]

    def _comes(self, call: RecordedCall) -> None:
        """Let a call come to where the rules send it."""
        if call.call in self._stays:
            return
        entry = first_entry(self.plan, call, self._last.get(call.caller or ""))
        if isinstance(entry, Entry):
            self._enter(_Stay(call, call.visits[0] if call.visits else None, entry.event))
        else:
            self.elsewhere[call.call] = entry

    def _comes_again(self, call: RecordedCall, visit: Visit, before: Visit | None) -> None:
        """Let a call come to a queue as it did then, where it left the one before as it did then."""
        if call.call in self._stays or call.call in self.elsewhere or visit.event.queue not in self.plan.queues:
            return
        sent = (before.sent[0], before.event.queue) if before is not None and before.sent is not None else None
        if sent is not None and self._sent.get(call.call) != sent:
            return
        self._enter(_Stay(call, visit, visit.event))

    def _enter(self, stay: _Stay) -> None:
        call, visit = stay.recorded.call, stay.visit
        self._stays[call] = stay
        if visit is not None:
            if visit.gone is not None:
                self._at(visit.gone, lambda: self._leaves(stay))
            for at, event in visit.during:
                self._at(at, lambda event=event: self._if_waits(stay, event))  # type: ignore[misc]
        self._tell(stay.event)

    def _leaves(self, stay: _Stay) -> None:
        call = stay.recorded.call
        if self._stays.get(call) is stay and not stay.talks:
            del self._stays[call]
            self._tell(CallGone(call), lost=stay.visit is not None and stay.visit.is_lost)

    def _if_waits(self, stay: _Stay, event: Event) -> None:
        if self._stays.get(stay.recorded.call) is stay and not stay.talks:
            self._tell(event)

    def _tell(self, event: Event, *, lost: bool = False) -> None:
        for action in self.distributor.handle(event, self.now):
            if not (lost and isinstance(action, Abandoned)):
                fact = fact_of(action, self.now)
                self.facts.append(fact)
                if self._watch is not None:
                    self._watch(fact)
            self._react(action)

    def _react(self, action: Action) -> None:
        match action:
            case Offer():
                self._ringing.add(action.offer)
                self._ring(action)
            case OfferEnded():
                self._ringing.discard(action.offer)
            case Joined():
                self._ringing.discard(action.offer)
                self._talk(action)
            case Divert():
                self._go_on(action)
            case CallbackOffered(reason=InviteReason.NO_AGENT):
                self._ask(action)
            case _:
                pass

    def _ask(self, offered: CallbackOffered) -> None:
        """Let a caller who gave no answer then want no callback."""
        stay = self._stays.get(offered.call)
        during = stay.visit.during if stay is not None and stay.visit is not None else []
        if stay is not None and not any(isinstance(event, CallbackAgreed | CallbackDeclined) for _, event in during):
            self._at(Moment(self.now, LAST), lambda: self._if_waits(stay, CallbackDeclined(offered.call)))

    def _ring(self, offer: Offer) -> None:
        """Let the agent do what they did then; who was not asked then answers as usual."""
        stay = self._stays.get(offer.call)
        if stay is None:
            return
        known = stay.visit.offers if stay.visit is not None else {}
        same = known.get(offer.offer)
        if same is not None and same.agent == offer.agent and abs(same.at - self.now) <= NEAR:
            self._respond(stay, offer, same, same.end)
            return
        alike = next((each for each in known.values() if each.agent == offer.agent and each.end is not None), None)
        if alike is not None:
            self._respond(stay, offer, alike, Moment(self.now + alike.rang, LAST))
            return
        self._guessed.add(offer.call)
        after = min(self._usual.pick_up(offer.agent), offer.ring)
        response = _Response(offer.offer, stay, OfferAnswered(offer.offer))
        self._at(Moment(self.now + after, LAST), lambda: self._answer(response))

    def _respond(self, stay: _Stay, offer: Offer, then: RecordedOffer, end: Moment | None) -> None:
        name = offer.offer
        if end is None:
            return
        if then.joined:
            crossed = then.taken_back
            response = _Response(name, stay, OfferAnswered(name, then.late), crossed)
            self._at(end, lambda: self._answer(response))
            return
        if then.failed is not None:
            response = _Response(name, stay, CallbackFailed(name, then.failed))
        elif then.taken_back:  # who is not taken back now lets it ring to its end
            end = Moment(self.now + offer.ring, LAST)
            response = _Response(name, stay, OfferMissed(name, MissCause.NO_ANSWER))
        elif then.cause is not None:
            response = _Response(name, stay, OfferMissed(name, then.cause))
        else:
            response = _Response(name, stay, OfferDropped(name))
        self._together.setdefault((offer.call, end.at), []).append((end, response))
        self._at(end, lambda at=end.at: self._over(offer.call, at))  # type: ignore[misc]

    def _answer(self, response: _Response) -> None:
        stay = response.stay
        waits = self._stays.get(stay.recorded.call) is stay and not stay.talks
        if waits and (response.offer in self._ringing or response.crossed):
            self._tell(response.event)

    def _over(self, call: CallId, at: datetime) -> None:
        """End what rang at once and ends at once; the call stands in line again when all of that is over."""
        ended = sorted(self._together.pop((call, at), ()), key=lambda each: each[0])
        responses = [response for _, response in ended if response.offer in self._ringing]
        if len(responses) == 1:
            self._tell(responses[0].event)
        elif responses:
            misses = {each.offer: each.event for each in responses}
            self._tell(RingEnded({o: e.cause if isinstance(e, OfferMissed) else None for o, e in misses.items()}))

    def _talk(self, joined: Joined) -> None:
        """Let them talk for as long as they did then; who talked with nobody then, for as long as is usual."""
        stay = self._stays.get(joined.call)
        if stay is None:
            return
        stay.talks = True
        self._note_patience(stay)
        if stay.recorded.caller is not None:
            self._last[stay.recorded.caller] = joined.agent
        talk = stay.visit.talk if stay.visit is not None else None
        if talk is not None and talk.agent == joined.agent and self._is_near(talk):
            self._go_through(stay, talk)
            return
        lasts = talk.lasted if talk is not None else None
        if lasts is None:
            self._guessed.add(joined.call)
            lasts = self._usual.talk(joined.queue)
        stay.ends = True
        self._at(Moment(self.now + lasts, LAST), lambda: self._hang_up(stay))

    def _note_patience(self, stay: _Stay) -> None:
        """Note a caller who waits longer than anybody knows them to wait."""
        visit = stay.visit
        if visit is None or visit.gone is not None:
            return
        left_at = visit.talk.joined.at if visit.talk is not None else visit.sent[1] if visit.sent is not None else None
        if left_at is not None and left_at + NEAR < self.now:
            self._patient.add(stay.recorded.call)

    def _is_near(self, talk: Talk) -> bool:
        """Say whether a conversation begins as it did then, and how it went on is told."""
        goes_on = talk.end is None and talk.joined.at + AFTERWARDS > self._recording.ended_at
        return abs(talk.joined.at - self.now) <= NEAR and (talk.end is not None or goes_on)

    def _go_through(self, stay: _Stay, talk: Talk) -> None:
        for at, event in talk.during:
            if at.at >= self.now:
                self._at(at, lambda event=event: self._if_talks(stay, event))  # type: ignore[misc]
        if talk.end is not None:
            stay.ends = True
            self._at(talk.end, lambda: self._hang_up(stay))

    def _if_talks(self, stay: _Stay, event: Event) -> None:
        if self._stays.get(stay.recorded.call) is stay:
            self._tell(event)

    def _hang_up(self, stay: _Stay) -> None:
        call = stay.recorded.call
        if self._stays.get(call) is stay:
            del self._stays[call]
            self._tell(ConversationEnded(call))

    def _go_on(self, divert: Divert) -> None:
        """Let a call go where its queue sends it; where it went so then, what was written down goes on too."""
        stay = self._stays.pop(divert.call, None)
        if stay is None:
            return
        self._sent[divert.call] = divert.reason.value, divert.queue
        self._note_patience(stay)
        visit = stay.visit
        went_so = visit is not None and visit.sent is not None and visit.sent[0] == divert.reason.value
        to = divert.treatment.then
        if went_so or not isinstance(to, ToQueue):
            return
        came_at = (stay.event.came_at or self.now - divert.waited) if to.keeps_age else None
        event = CallArrived(divert.call, to.queue, to.priority, came_at=came_at)
        rest = replace(visit, offers={}, sent=None) if visit is not None else None
        after = _Stay(stay.recorded, rest, event)
        self._at(Moment(self.now, LAST), lambda: self._enter(after))

    def _find_conversations(self) -> None:
        """Let a telekit that was away learn who talks."""
        for call in self._recording.calls.values():
            visit = next((each for each in reversed(call.visits) if each.talk is not None), None)
            talk = visit.talk if visit is not None else None
            if visit is None or talk is None or call.call in self._stays or talk.joined.at >= self.now:
                continue
            if talk.end is None or talk.end.at > self.now:
                stay = self._stays[call.call] = _Stay(call, visit, visit.event, talks=True)
                self._tell(ConversationFound(call.call, talk.agent, visit.event.queue, talk.joined.at))
                self._go_through(stay, talk)
