"""The directory: the accounts of agents' phones, and the user as which telekit comes to the event socket."""

from collections.abc import Iterable

from telekit.domain.plan import Plan, offers_callbacks
from telekit.pbx.freeswitch.render.element import element, included, param, secret, variable
from telekit.pbx.freeswitch.render.options import Options
from telekit.pbx.freeswitch.render.profile import PROFILE
from telekit.pbx.freeswitch.rights import CALLING, COMMANDS, EVENTS_ALLOWED
from telekit.pbx.render import word
from telekit.pbx.render.endpoints import endpoints
from telekit.pbx.render.passwords import Secrets

LINE_CUT = 30_000
"""Milliseconds without sound after which a line that is cut at home ends its call; longer on hold."""
LINE_CUT_ON_HOLD = 600_000


def render_directory(plan: Plan, options: Options, secrets: Secrets) -> str:
    """Write the domain."""
    control = element("group", element("users", _telekit(plan, options, secrets.account)), name="telekit-control")
    if options.control is not None:
        return included([element("domain", element("groups", control), name=options.control)])
    users = [_agent(name, full, secrets.passwords[name], options) for name, full in endpoints(plan).items()]
    agents = [element("group", element("users", *users), name="telekit-agents")] if users else []
    dialled = element("params", param("dial-string", _dial_string(options)))
    return included([element("domain", dialled, element("groups", *agents, control), name=options.domain)])


def _dial_string(options: Options) -> str:
    # A phone is offered the caller's codec first and then the profile's, not the caller's alone.
    told = [f"media_timeout={LINE_CUT}", f"media_hold_timeout={LINE_CUT_ON_HOLD}"]
    told.append("media_mix_inbound_outbound_codecs=true")
    if options.srtp:
        told.append("rtp_secure_media=mandatory")
    profile = PROFILE if options.listener is not None else "*"
    return f"{{{','.join(told)}}}${{sofia_contact({profile}/${{dialed_user}}@{options.domain})}}"


def _agent(account: str, full_name: str, password: str, options: Options) -> str:
    shown = word.full_name(full_name) or account
    variables = [
        variable("user_context", "telekit-agents"),
        variable("effective_caller_id_name", shown),
        variable("effective_caller_id_number", account),
        variable("media_timeout", str(LINE_CUT)),
        variable("media_hold_timeout", str(LINE_CUT_ON_HOLD)),
        *([variable("rtp_secure_media", "mandatory")] if options.srtp else []),
    ]
    return _user(account, [param("password", secret(password))], variables)


def _telekit(plan: Plan, options: Options, password: str) -> str:
    commands = (*COMMANDS, *(CALLING if offers_callbacks(plan) else ()))
    rights = [
        param("esl-password", secret(password)),
        param("esl-allowed-api", " ".join(commands)),
        param("esl-allowed-events", " ".join(EVENTS_ALLOWED)),
        param("esl-allowed-log", "false"),
        # It is no phone. FreeSWITCH lets in whom it knows no password of, unless told (mod_sofia's sofia_reg.c).
        param("allow-empty-password", "false"),
    ]
    return _user(options.user, rights, ())


def _user(name: str, params: Iterable[str], variables: Iterable[str]) -> str:
    content = [element("params", *params)]
    if written := tuple(variables):
        content.append(element("variables", *written))
    return element("user", *content, id=word.name(name))
