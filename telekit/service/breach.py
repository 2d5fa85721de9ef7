"""What must be true at every moment, and what was found not to be."""

from dataclasses import dataclass
from enum import StrEnum

from telekit.domain.names import AgentName, CallId, OfferId


class Rule(StrEnum):
    """What was broken; the words stand in the journal."""

    AGENT_WITHOUT_LEG = "agent-without-leg"
    CALL_WITHOUT_LEG = "call-without-leg"
    OFFER_WITHOUT_CALL = "offer-without-call"
    CALL_WITHOUT_END = "call-without-end"
    CALL_ENDED_TWICE = "call-ended-twice"


@dataclass(frozen=True, slots=True)
class Breach:
    """One thing that telekit believed, and that was not so."""

    rule: Rule
    call: CallId
    agent: AgentName | None = None
    offer: OfferId | None = None
    """None where a conversation is meant, or a call."""

    def __str__(self) -> str:
        match self.rule:
            case Rule.AGENT_WITHOUT_LEG:
                state = "on call" if self.offer is None else "offered"
                return f"{self.agent} was {state} for call {self.call} without a leg, and is set free"
            case Rule.CALL_WITHOUT_LEG:
                return f"call {self.call} waited without a leg, and is taken out of the line"
            case Rule.OFFER_WITHOUT_CALL:
                return f"{self.agent or 'a phone'} was rung for call {self.call}, which is gone, and is no longer"
            case Rule.CALL_WITHOUT_END:
                return f"call {self.call} was led by nobody any more, and its end is told now"
            case Rule.CALL_ENDED_TWICE:
                return f"call {self.call} ended twice, and the second end is left out"
