"""How agents stood when telekit last wrote of them: logged in or out, in a pause, in their wrap-up."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from telekit.acd.events import AgentRecalled
from telekit.acd.seat import LEFT_THE_PLAN, OFF_SHIFT
from telekit.acd.way_back import ENDED_BY
from telekit.callflow.word import Word
from telekit.domain.agent import Agent, Login
from telekit.domain.fact import Fact, FactKind
from telekit.domain.names import AgentName
from telekit.domain.presence import Presence
from telekit.domain.queue import MissCause
from telekit.roster.block import FOREVER
from telekit.roster.roster import Roster

PRESENCES, WORDS, CAUSES = frozenset(Presence), frozenset(Word), frozenset(MissCause)
"""What a later telekit wrote besides is left out, should an earlier one follow it."""


@dataclass(frozen=True, slots=True)
class _Pause:
    at: datetime
    reason: str
    missed: MissCause | None = None
    until_at: datetime | None = None


@dataclass(slots=True)
class _Standing:
    """What the facts say of one agent, in their order.

    A word holds behind what shows: who pauses while they talk is in a pause after it.
    """

    logged_in: tuple[bool, datetime] | None = None
    pause: _Pause | None = None
    wrap_until_at: datetime | None = None

    def add(self, fact: Fact) -> None:
        """Take in the next fact."""
        match fact.kind:
            case FactKind.PRESENCE if (now := fact.details.get("now")) in PRESENCES:
                self._shows(fact, Presence(str(now)), str(fact.details.get("reason", "")))
            case FactKind.SAID if (word := fact.details.get("word")) in WORDS:
                self._said(fact, Word(str(word)), str(fact.details.get("reason", "")))
            case _:
                pass

    def _shows(self, fact: Fact, presence: Presence, reason: str) -> None:
        self.wrap_until_at = _until(fact) if presence is Presence.WRAP_UP else None
        match presence:
            case Presence.LOGGED_OUT:
                self.pause = None
                if reason not in (OFF_SHIFT, LEFT_THE_PLAN):
                    self.logged_in = False, fact.at
            case Presence.PAUSED if (missed := fact.details.get("missed", "")) is None or missed in CAUSES:
                self.logged_in = True, fact.at
                self.pause = _Pause(fact.at, reason, MissCause(str(missed)) if missed else None, _until(fact))
            case Presence.AVAILABLE | Presence.OFFERED | Presence.UNREACHABLE:
                self.logged_in, self.pause = (True, fact.at), None
            case _:
                pass

    def _said(self, fact: Fact, word: Word, reason: str) -> None:
        match word:
            case Word.LOGIN | Word.LOGOUT:
                self.logged_in = word is Word.LOGIN, fact.at
                if word is Word.LOGOUT or (self.pause is not None and self.pause.missed is not None):
                    self.pause = None
            case Word.PAUSE:
                self.pause = _Pause(fact.at, reason)
            case Word.RESUME:
                self.pause = None
            case Word.EXTEND_WRAP_UP:
                self.wrap_until_at = _until(fact)
            case _:
                self.wrap_until_at = None

    def recalled(self, agent: AgentName, roster: Roster, now: datetime) -> AgentRecalled:
        """Tell what still holds of it."""
        logged_in = self.logged_in[0] if self.logged_in and _still(roster, agent, self.logged_in[1], now) else None
        pause = self.pause if self.pause is not None and _still(roster, agent, self.pause.at, now) else None
        if pause is not None and (pause.missed in ENDED_BY or (pause.until_at or FOREVER) <= now):
            pause = None  # over, or the switch tells by itself whether its cause is still there
        wrap_until_at = self.wrap_until_at if (self.wrap_until_at or now) > now else None
        if pause is None:
            return AgentRecalled(agent, logged_in, wrap_until_at=wrap_until_at)
        return AgentRecalled(agent, logged_in, pause.reason, pause.missed, pause.until_at, wrap_until_at)


def standings(
    facts: Iterable[Fact], agents: Mapping[AgentName, Agent], roster: Roster, now: datetime
) -> Iterator[AgentRecalled]:
    """Give how agents stand, by facts about them in order; none of those who stand as the roster alone has them.

    What was said for a shift that is over holds no longer.
    """
    found: dict[AgentName, _Standing] = {}
    for fact in facts:
        if fact.agent is not None and fact.agent in agents:
            found.setdefault(fact.agent, _Standing()).add(fact)
    for name, standing in found.items():
        recalled = standing.recalled(name, roster, now)
        as_usual = recalled.logged_in is None or recalled.logged_in is (agents[name].login is Login.ROSTER)
        if not as_usual or recalled.pause is not None or recalled.wrap_until_at is not None:
            yield recalled


def _still(roster: Roster, agent: AgentName, said_at: datetime, now: datetime) -> bool:
    """Say whether the shift still runs, or is yet to come, for which something was said."""
    ends_at = roster.on_until(agent, said_at)
    if ends_at is None:
        starts_at = roster.next_start(agent, said_at)
        if starts_at is None or starts_at > now:
            return True
        ends_at = roster.on_until(agent, starts_at)
    return ends_at is not None and ends_at > now


def _until(fact: Fact) -> datetime | None:
    until = fact.details.get("until")
    return datetime.fromtimestamp(until, fact.at.tzinfo) if isinstance(until, int | float) else None
