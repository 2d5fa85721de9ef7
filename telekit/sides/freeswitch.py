"""FreeSWITCH's side, from the settings."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from telekit.domain.plan import Plan
from telekit.pbx.freeswitch.channels import EVENTS
from telekit.pbx.freeswitch.esl.link import Link
from telekit.pbx.freeswitch.esl.opening import Account
from telekit.pbx.freeswitch.outbound.server import OutboundServer
from telekit.pbx.freeswitch.outbound.surroundings import Surroundings
from telekit.pbx.freeswitch.outgoing import Outgoing
from telekit.pbx.freeswitch.switch import FreeSwitchSwitch
from telekit.pbx.port import FindScript
from telekit.pbx.whereabouts import Between
from telekit.service.clock import Clock
from telekit.service.fallback import Fallback
from telekit.settings import FreeSwitchSettings, Settings, read_secret
from telekit.sides.side import Side, Trunk

BACK_WITHIN = timedelta(seconds=2.5)
"""How soon after a start of telekit the dialplan sends those who wait: it asks for telekit every two seconds."""


def freeswitch_side(
    freeswitch: FreeSwitchSettings,
    settings: Settings,
    folder: Path,
    scripts: FindScript,
    between: Between,
    plan: Callable[[], Plan],
    clock: Clock,
) -> Side:
    """Make it; raises `SettingsError` where its password is missing."""
    account = Account(
        freeswitch.host,
        freeswitch.port,
        freeswitch.user if "@" in freeswitch.user else f"{freeswitch.user}@{freeswitch.domain}",
        read_secret(freeswitch.secret, folder),
    )
    link = Link(account, EVENTS)
    surroundings = Surroundings(
        sounds=str(freeswitch.sounds),
        domain=freeswitch.domain,
        recordings=str(freeswitch.recordings / settings.voicemail),
        gateway=freeswitch.gateway,
        number=freeswitch.number,
        between=between,
    )
    calls = freeswitch.calls
    switch = FreeSwitchSwitch(link, freeswitch.domain, clock, outgoing=Outgoing(link, surroundings))
    server = OutboundServer(
        scripts, surroundings, host=calls.host, port=calls.port, allow=calls.allow, tell_led=switch.note_led
    )
    return Side(
        "FreeSWITCH",
        switch,
        server,
        link,
        clock,
        where=str(account),
        listens_on=calls.host,
        trunk=Trunk(freeswitch.gateway, "freeswitch.gateway"),
        back_within=BACK_WITHIN,
        fallback=Fallback(switch.fallback, plan, clock, "FreeSWITCH"),
    )
