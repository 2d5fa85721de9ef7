"""How phones were, told to the distributor when it heard so: a journal tells it only from when on it counted."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from telekit.acd.distributor import Distributor
from telekit.acd.events import PhoneRegistered, PhoneSeen
from telekit.domain.phone import Phone
from telekit.domain.plan import Plan
from telekit.domain.presence import Presence
from telekit.replay.recording import Moment, Recording
from telekit.replay.timeline import Timeline

JUST_BEFORE = timedelta(microseconds=1)
NEVER = Moment(datetime.min.replace(tzinfo=UTC), 0)

News = PhoneSeen | PhoneRegistered


class Phones:
    """Puts what was told of phones on the timeline.

    A phone whose agent was free, or else only unreachable, was heard of at that very moment. One that did not count
    then, since its agent was on a call or away, was heard of before: how it was stands in front of what made it count.
    """

    def __init__(self, plan: Plan, recording: Recording, timeline: Timeline, tell: Callable[[News], None]) -> None:
        self._plan = plan
        self._agents = {phone: agent.name for agent in plan.agents.values() for phone in agent.phones}
        self._recording = recording
        self._timeline = timeline
        self._tell = tell
        self._heard: dict[Phone, Moment] = {}
        """When something was told of a phone last."""
        self._breath = NEVER, NEVER
        """The first and the last of what was told of phones in one breath."""

    def unknown(self) -> list[Phone]:
        """Give the phones of which nothing tells how they were: they count as reachable."""
        worked = self._recording.worked
        told = {phone for agent in self._plan.agents.values() if agent.name in worked for phone in agent.phones}
        return [phone for phone in self._agents if phone not in told]

    def hear(self, at: Moment, event: News, distributor: Callable[[], Distributor]) -> None:
        """Tell at its moment what was told of a phone, or just before where it did not count yet."""
        if at.at != self._breath[1].at or at.order != self._breath[1].order + 1:
            self._breath = at, at
        self._breath = self._breath[0], at
        before, self._heard[event.phone] = self._heard.get(event.phone), at
        if before is not None and at.at - before.at <= JUST_BEFORE and before < self._breath[0]:
            self._timeline.at(at, lambda: self._tell(event))  # it was other a moment ago, and that counted
            return

        def early() -> None:
            if self._counts(event.phone, distributor()):
                self._timeline.at(at, lambda: self._tell(event))
            else:
                self._tell(event)

        start = max((held.at for held in self._recording.plans if held.is_start and held.at < at), default=NEVER)
        begins = Moment(self._recording.began_at, -1)
        self._timeline.at(max(Moment(at.at - JUST_BEFORE, at.order), start, begins), early)

    def _counts(self, phone: Phone, distributor: Distributor) -> bool:
        """Say whether nothing else keeps the phone's agent from calls."""
        agent = self._agents.get(phone)
        if agent is None:
            return False
        now = distributor.agent(agent)
        presence = now.presence.presence
        own_call = presence is Presence.ON_CALL and not now.conversations
        return own_call or presence in (Presence.AVAILABLE, Presence.UNREACHABLE)
