"""One agent as they are now. What shows, the presence, is always worked out from the rest."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from telekit.acd.handset import Handset
from telekit.acd.pool import Pool
from telekit.acd.waiting import Conversation, Ringing
from telekit.domain.agent import Agent, Login
from telekit.domain.names import CallId
from telekit.domain.presence import Presence, PresenceSince
from telekit.domain.queue import MissCause
from telekit.roster.block import FOREVER

SETTLING = timedelta(seconds=2)
"""How long a phone may still show engaged after telekit's own leg on it ended, before that counts as an own call."""

BY_PHONE = (Presence.AVAILABLE, Presence.UNREACHABLE)

OWN_CALL = "own call"
OFF_SHIFT = "off shift"
LEFT_THE_PLAN = "no longer in the rules"


class Seat:
    """One agent's live state."""

    __slots__ = (
        "agent",
        "alarms",
        "calls",
        "change_at",
        "due",
        "handsets",
        "idle_at",
        "left",
        "logged_in",
        "misses",
        "name",
        "number",
        "off_at",
        "offer",
        "open_to",
        "pause",
        "pause_until_at",
        "paused_for",
        "pools",
        "presence",
        "ready",
        "remind_at",
        "reminded_of",
        "settles_at",
        "skip_reason",
        "skip_until_at",
        "skipped_for",
        "talks",
        "wrap_until_at",
        "wrap_up",
        "wraps_up",
    )

    def __init__(self, agent: Agent, number: int, now: datetime) -> None:
        self.agent = agent
        self.name = agent.name
        self.number = number
        """The agent's place in the rules."""
        self.left = False
        """The plan has the agent no longer; only a conversation keeps the seat."""
        self.off_at: datetime | None = None
        """When the running shift ends; None off shift."""
        self.change_at: datetime | None = now
        """When the roster is to be asked again."""
        self.remind_at: datetime | None = None
        """When to look whether the agent is to be reminded of the next shift; None when they are not."""
        self.reminded_of: datetime | None = None
        """The start of the shift of which they were reminded last."""
        self.logged_in = False
        self.pause: str | None = None
        self.paused_for: MissCause | None = None
        """The cause of the missed offers that led to the pause; None when it is the agent's own."""
        self.pause_until_at: datetime | None = None
        """When it ends by itself, if it does."""
        self.skip_until_at: datetime | None = None
        self.skip_reason = ""
        self.skipped_for: MissCause | None = None
        self.wrap_until_at: datetime | None = None
        self.wrap_up = timedelta(0)
        """How long the rules make the wrap-up of the call that was last taken."""
        self.wraps_up: CallId | None = None
        """The call that was last taken: the one that a wrap-up is for."""
        self.settles_at: datetime | None = None
        self.handsets: tuple[Handset, ...] = ()
        self.offer: Ringing | None = None
        self.talks: dict[CallId, Conversation] = {}
        """One conversation at most, unless the switch shows more."""
        self.idle_at = now
        """Since when without work: the end of the last conversation or wrap-up, or coming on shift."""
        self.calls = 0
        """Taken since coming on shift."""
        self.misses: dict[MissCause, int] = {}
        """By cause, since a call was last taken."""
        self.presence = PresenceSince(Presence.LOGGED_OUT, now, OFF_SHIFT)
        self.due: datetime | None = now
        """When time alone next changes something here."""
        self.alarms: set[datetime] = set()
        """The moments for which an alarm is set."""
        self.pools: tuple[Pool, ...] | None = None
        """The pools the agent is in; None until somebody asks."""
        self.ready = False
        """Whether the agent is in the crowds that offers are made from."""
        self.open_to = 0
        """For which terms the agent is on shift and logged in, as the crowds have it: one bit a term."""

    def engaged(self) -> bool:
        """Say whether a phone of theirs is in use, by whomever, not counting what telekit does with this agent."""
        for handset in self.handsets:  # noqa: SIM110  (asked several times a call, and a generator costs as much again)
            if handset.engaged or handset.used_beside(self):
                return True
        return False

    def registered(self) -> bool:
        """Say whether any phone of theirs can be reached, as the switch says."""
        return any(handset.reachable for handset in self.handsets)

    def usable_handset(self) -> Handset | None:
        """Give the phone to ring: the first that can be rung."""
        for handset in self.handsets:
            if handset.usable():
                return handset
        return None

    def presence_at(self) -> tuple[Presence, str]:
        """Work out the presence, and why where there is more to say.

        A conversation outweighs an offer, then come wrap-up, logged out, paused, an own call, unreachable, available.
        So an own call shows only of an agent who would be available otherwise: what somebody does with their phone
        off shift or in a pause is theirs.
        """
        if self.talks:
            return Presence.ON_CALL, ""
        if self.offer is not None:
            return Presence.OFFERED, ""
        if self.wrap_until_at is not None:
            return Presence.WRAP_UP, ""
        return self.presence_after()

    def presence_after(self) -> tuple[Presence, str]:
        """Work out what the presence is, but for a conversation, an offer and a wrap-up."""
        if self.left:
            return Presence.LOGGED_OUT, LEFT_THE_PLAN
        if self.off_at is None:
            return Presence.LOGGED_OUT, OFF_SHIFT
        if not self.logged_in:
            return Presence.LOGGED_OUT, "not logged in" if self.agent.login is Login.CODE else "by code"
        if self.pause is not None:
            return Presence.PAUSED, self.pause
        if self.skip_until_at is not None:
            return Presence.PAUSED, self.skip_reason
        if self.settles_at is None and self.engaged():
            return Presence.ON_CALL, OWN_CALL
        if self.usable_handset() is None:
            return Presence.UNREACHABLE, ", ".join(h.why_not() for h in self.handsets) or "no phone"
        return Presence.AVAILABLE, ""

    def heeds_phones(self) -> bool:
        """Say whether how the phones are decides what shows: nothing else keeps the agent from calls.

        Also when it soon will, while a phone may still show telekit's own leg.
        """
        presence = self.presence.presence
        if presence in BY_PHONE or (presence is Presence.ON_CALL and not self.talks):
            return True
        settles_at = self.settles_at
        return settles_at is not None and any(
            at is not None and at < settles_at for at in (self.wrap_until_at, self.skip_until_at, self.pause_until_at)
        )

    def next_due(self, terms: Sequence[timedelta]) -> datetime | None:
        """Give when time alone next changes something here.

        `terms` are the spans before a shift's end at which some queue makes its last offer, the longest first.
        """
        due = self.change_at
        for at in (self.wrap_until_at, self.pause_until_at, self.skip_until_at, self.settles_at, self.remind_at):
            if at is not None and (due is None or at < due):
                due = at
        for handset in self.handsets:
            if handset.back_at is not None and (due is None or handset.back_at < due):
                due = handset.back_at
        if self.open_to and self.off_at is not None and self.off_at < FOREVER:
            closes_at = self.off_at - next(term for place, term in enumerate(terms) if self.open_to >> place & 1)
            if due is None or closes_at < due:
                due = closes_at
        return due
