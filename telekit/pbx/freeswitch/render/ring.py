"""Ringing one agent in the fallback: inside the shift only, one call at a time, the first phone that can be reached."""

from collections.abc import Iterator
from datetime import timedelta

from telekit.domain.agent import Agent
from telekit.domain.phone import Phone, PhoneKind
from telekit.pbx.freeswitch.render.destination import START, kept, shown, through
from telekit.pbx.freeswitch.render.element import action, do, element, go, label, prompt
from telekit.pbx.freeswitch.render.engaged import engaged
from telekit.pbx.freeswitch.render.gate import ON
from telekit.pbx.freeswitch.render.options import Options
from telekit.pbx.render import word
from telekit.pbx.render.members import CONFIRMING, phones_of

UNREACHABLE = "USER_NOT_REGISTERED,SUBSCRIBER_ABSENT,NORMAL_TEMPORARY_FAILURE,RECOVERY_ON_TIMER_EXPIRE"
"""Causes after which the next phone is tried."""
CODECS = "absolute_codec_string=^^:G722:PCMA:PCMU"
"""What a phone is offered: else it would be what the loopback leg has, which is linear sound."""
LANGUAGE = "default_language=${cond('${default_language}' == 'fr' ? fr : en)}"
"""That of the installation, or English: nobody has told this leg."""
OFF = "CALL_REJECTED"
"""The cause after which mod_callcenter lets an agent be for its `reject-delay-time`."""


def agent_context(agent: Agent) -> str:
    """Name the context that rings an agent."""
    return f"telekit-agent-{word.name(agent.name)}"


def render_agent(agent: Agent, gate: str, ring: timedelta, options: Options) -> str:
    """Write the way to an agent; `gate` is the context that tells whether the shift runs."""
    context = agent_context(agent)
    name = word.name(agent.name)
    phones = phones_of(agent, options.gateway)
    return element(
        "context",
        label(START, action("set", LANGUAGE), action("set", f"{ON}="), do(START, gate), go(f"ring-${{{ON}}}", context)),
        *engaged("ring-on", phones, options),
        label(
            "ring-on",
            action("limit", f"hash telekit {name} 1 !USER_BUSY"),
            action("set", "hangup_after_bridge=true"),
            action("set", f"continue_on_fail={UNREACHABLE}"),
            *(step for phone in phones for step in _phone(phone, ring, options)),
            action("hangup", "USER_NOT_REGISTERED"),
        ),
        label("ring-", action("hangup", OFF)),
        name=context,
    )


def _phone(phone: Phone, ring: timedelta, options: Options) -> Iterator[str]:
    seconds = max(1, int(ring.total_seconds()))
    if phone.kind is PhoneKind.TEL:
        confirm = f"group_confirm_key=1,group_confirm_file={prompt(options.sounds, 'confirm-call')}"
        confirm += f",group_confirm_timeout={int(CONFIRMING.total_seconds())}"
        variables = f"{shown(options)},{kept(seconds, options)},ignore_early_media=true,{confirm}"
        yield action("bridge", f"{{{variables}}}{through(phone.address, options)}")
        return
    yield action("bridge", f"{{{kept(seconds, options)},{CODECS}}}user/{word.name(phone.address)}@{options.domain}")
