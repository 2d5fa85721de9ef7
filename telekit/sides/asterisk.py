"""Asterisk's side, from the settings."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from telekit.domain.plan import Plan
from telekit.errors import SettingsError
from telekit.pbx.asterisk.agi.server import AgiServer
from telekit.pbx.asterisk.ami.link import Link
from telekit.pbx.asterisk.calling_account import CallingAccount
from telekit.pbx.asterisk.outgoing import Outgoing
from telekit.pbx.asterisk.switch import AsteriskSwitch
from telekit.pbx.port import FindScript, OfferJoined, SwitchEvent
from telekit.pbx.whereabouts import Between
from telekit.service.clock import Clock
from telekit.service.fallback import Fallback
from telekit.settings import AsteriskSettings, CallbackSettings, Settings, read_secret
from telekit.sides.handling import AmiHandling
from telekit.sides.side import Side, Trunk

BACK_WITHIN = timedelta(seconds=2)
"""How soon after a start of telekit the dialplan sends those who wait: it asks for telekit every second, and who has
just come is answered before, for which Asterisk takes half a second. Source: main/channel.c, __ast_answer."""


def asterisk_side(
    asterisk: AsteriskSettings,
    settings: Settings,
    folder: Path,
    scripts: FindScript,
    between: Between,
    plan: Callable[[], Plan],
    clock: Clock,
) -> Side:
    """Make it; raises `SettingsError` where its secret is missing."""
    link = Link(
        host=asterisk.host,
        port=asterisk.port,
        username=asterisk.username,
        secret=read_secret(asterisk.secret, folder),
    )
    calling = _calling_account(asterisk, settings.callbacks, folder)
    outgoing = Outgoing(link, calling, trunk=asterisk.trunk, number=asterisk.number)
    switch = AsteriskSwitch(link, clock, outgoing=outgoing)
    server = AgiServer(
        scripts,
        host=settings.agi.host,
        port=settings.agi.port,
        allow=settings.agi.allow,
        trunk=asterisk.trunk,
        number=asterisk.number,
        voicemail=settings.voicemail,
        tell_led=switch.note_led,
        between=between,
    )

    def hears(event: SwitchEvent) -> None:
        if isinstance(event, OfferJoined):
            server.note_joined(event.offer)

    return Side(
        "Asterisk",
        switch,
        server,
        link,
        clock,
        where=f"{asterisk.host}:{asterisk.port}",
        listens_on=settings.agi.host,
        trunk=Trunk(asterisk.trunk, "asterisk.trunk"),
        back_within=BACK_WITHIN,
        calling=calling,
        fallback=Fallback(switch.fallback, plan, clock),
        handling=AmiHandling(folder / settings.handlers, link) if settings.handlers else None,
        hears=hears,
    )


def _calling_account(asterisk: AsteriskSettings, account: CallbackSettings, folder: Path) -> CallingAccount:
    """Make the account that makes calls; without its secret telekit goes on, and says so where it is wanted."""
    try:
        secret = read_secret(account.secret, folder)
    except SettingsError as error:
        return CallingAccount(None, str(error))
    return CallingAccount(Link(asterisk.host, asterisk.port, account.username, secret, events="off"))
