"""What outlived an earlier telekit, or a time without news: recognised, and put right with what the switch shows."""

from collections.abc import Callable, Collection, Container, Iterable

from telekit.acd.distributor import Distributor
from telekit.acd.events import ConversationEnded, Event, PhoneSeen
from telekit.domain.names import OURS, AgentName, CallId, OfferId, call_of
from telekit.domain.phone import Phone
from telekit.pbx.port import LegAlive, OfferJoined, Survey
from telekit.service.callbacks import Callbacks
from telekit.service.earlier import Earlier
from telekit.service.gathering import Gathering
from telekit.service.legs import Leg, Legs
from telekit.service.recognition import Recognition, leg_of
from telekit.store.port import Journal


class Survivors:
    """Know legs that nobody here has made, and rebuild from a survey."""

    def __init__(
        self,
        acd: Distributor,
        journal: Journal,
        legs: Legs,
        led: Container[CallId],
        gathering: Gathering,
        earlier: Earlier,
        callbacks: Callbacks,
        tell: Callable[[Event], None],
    ) -> None:
        """`led` are the calls whose scripts wait for an agent."""
        self._acd = acd
        self._journal = journal
        self._legs = legs
        self._led = led
        self._gathering = gathering
        self._earlier = earlier
        self._callbacks = callbacks
        self._tell = tell

    def recognise(self, event: OfferJoined) -> Leg | None:
        """Know whose leg it is that an earlier telekit's offer made, or that has taken its place since.

        None for a conversation that is over by now, whose news comes late.
        """
        past = self._legs.past(event.offer)
        if past is not None and (event.phone is None or self.owner(event.phone) == past):
            return None
        leg = leg_of(event.offer, self._journal, event.phone)
        owner = self.owner(event.phone) if leg is None and event.phone is not None else None
        return leg if owner is None else Leg(event.offer, call_of(event.offer), owner, None)

    def owner(self, phone: Phone) -> AgentName | None:
        """Name the agent whose phone that is."""
        return next((agent.name for agent in self._acd.plan.agents.values() if phone in agent.phones), None)

    def recall(self, offer: OfferId) -> Leg | None:
        """Give the leg of an offer as the journal has it."""
        return leg_of(offer, self._journal)

    def rebuild(self, survey: Survey) -> None:
        """Repair conversations and phones from what the switch says is alive; then those come back who waited."""
        self._earlier.all_is_seen = survey.whole
        recognition = Recognition(self._acd.plan.agents.values(), self._journal)
        queues = {leg.call: leg.queue for leg in survey.legs if leg.offer is None}
        alive = set()
        for seen in survey.legs:
            if seen.offer is None:
                continue
            alive.add(seen.offer)
            leg = self._legs.find(seen.offer)
            if leg is None and seen.call not in self._led:
                leg = recognition.whose(seen, seen.offer, queues.get(seen.call))
                if leg is not None:
                    self._legs.adopt(leg)
            if leg is not None:
                self._legs.see(leg, seen)
        for leg in tuple(self._legs):
            if not leg.led and leg.offer not in alive:
                self._legs.ended(leg)
        known = {leg.call for leg in self._legs}
        for conversation in self._acd.conversations():
            if conversation.call not in known:
                self._tell(ConversationEnded(conversation.call))
        for state in survey.phones:
            self._tell(PhoneSeen(state.phone, state.reachable, state.engaged))

        for call in survey.alone():
            self._earlier.alone(call)
        waiting = self._who_comes_back(survey.legs)
        self._gathering.begin(waiting - set(self._calls_led(waiting)))
        self.restore(survey.legs)
        self._earlier.settle({leg.call for leg in survey.legs})

    def await_between(self, alive: Collection[LegAlive], running: Container[CallId]) -> None:
        """Let those come first who came after the survey and before calls were taken; `running` are led by now."""
        late = {call for call in self._who_comes_back(alive) if call not in running}
        self._gathering.also(late - set(self._calls_led(late)))

    def _calls_led(self, calls: Iterable[CallId]) -> Iterable[CallId]:
        return (call for call in calls if call in self._led)

    def _who_comes_back(self, alive: Collection[LegAlive]) -> set[CallId]:
        """Name the callers who wait, and whom the dialplan sends to telekit again."""
        alone = Survey((), tuple(alive)).alone()
        return {leg.call for leg in alive if leg.call in alone and _comes_back(leg)}

    def restore(self, alive: Collection[LegAlive]) -> None:
        """Let wait again who is to be called back; whoever is busy with them already rests, and can overtake nobody."""
        for arrived in self._callbacks.restore(alive, all_is_seen=self._earlier.all_is_seen):
            rests = arrived.callback is not None and arrived.callback.again_at is not None
            if rests or not self._gathering.take(arrived):
                self._tell(arrived)


def _comes_back(leg: LegAlive) -> bool:
    """Say whether the dialplan sends a caller to telekit again; not somebody who is rung, or asked for the key."""
    return not leg.leg.startswith(OURS) or leg.queue is not None
