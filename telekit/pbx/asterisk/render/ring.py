"""Ringing one agent in the fallback: inside the shift only, one call at a time, the first phone that can be reached."""

from collections.abc import Iterator
from datetime import timedelta

from telekit.domain.agent import Agent
from telekit.domain.phone import Phone, PhoneKind
from telekit.pbx.render import word
from telekit.pbx.render.members import phones_of

LIMBO = '"${TELEKIT_STATE}" = "UNAVAILABLE" | "${TELEKIT_STATE}" = "INVALID" | "${TELEKIT_STATE}" = "UNKNOWN"'
"""No phone is registered. Source: Asterisk main/devicestate.c, devstatestring."""


def agent_context(agent: Agent) -> str:
    """Name the context that rings an agent."""
    return f"telekit-agent-{word.name(agent.name)}"


def agent_lines(agent: Agent, gate: str, ring: timedelta, trunk: str | None, shown: str | None = None) -> Iterator[str]:
    """Write the way to an agent; `gate` is the context that tells whether the shift runs, `shown` what numbers see."""
    name = word.name(agent.name)
    yield f"Gosub({gate},s,1)"
    yield 'GotoIf($["${GOSUB_RETVAL}" != "1"]?off)'
    yield f"Set(GROUP(telekit)={name})"
    yield f"GotoIf($[${{GROUP_COUNT({name}@telekit)}} > 1]?off)"
    for number, phone in enumerate(phones_of(agent, trunk), 1):
        yield from _phone_lines(number, phone, ring, trunk, shown)
    yield "(off)Hangup()"


def _phone_lines(number: int, phone: Phone, ring: timedelta, trunk: str | None, shown: str | None) -> Iterator[str]:
    seconds = int(ring.total_seconds())
    if phone.kind is PhoneKind.TEL:
        # `giI` as telekit itself dials: no forwarding, no name for the caller's display.
        options = f"iI{f'f({word.number(shown)})' if shown is not None else ''}b(telekit-not-yet^s^1)U(telekit-confirm)"
        yield f"Dial(PJSIP/{word.number(phone.address)}@{word.name(trunk or '')},{seconds},{options})"
        yield "Hangup()"
        return
    yield f"Set(TELEKIT_STATE=${{DEVICE_STATE(PJSIP/{word.name(phone.address)})}})"
    yield f"GotoIf($[{LIMBO}]?next{number})"
    yield 'GotoIf($["${TELEKIT_STATE}" != "NOT_INUSE"]?off)'
    yield f"Dial(PJSIP/{phone.address},{seconds},iI)"
    yield "Hangup()"
    yield f"(next{number})NoOp()"
