"""`telekit render`: write what the switch includes."""

from pathlib import Path

import click

from telekit.cli.delivery import Content
from telekit.cli.options import rules_of, settings_or_defaults
from telekit.cli.render_freeswitch import freeswitch
from telekit.cli.rendering import (
    contents,
    endpoints,
    listener_of,
    options_for,
    passwords,
    shipped,
    tell_of_passwords,
    write,
)
from telekit.cli.rendering import show as show_files
from telekit.domain.plan import offers_callbacks
from telekit.errors import SettingsError
from telekit.pbx.asterisk.render.options import Options
from telekit.pbx.asterisk.render.render import render as render_files
from telekit.pbx.asterisk.render.where import calling_telekit
from telekit.pbx.render.listener import Transport
from telekit.pbx.render.passwords import Secrets
from telekit.rules import load
from telekit.service.clock import utc_now
from telekit.settings import AsteriskSettings, Settings, read_secret

INCLUDES = ("extensions.conf", "manager.conf", "pjsip.conf", "musiconhold.conf", "queues.conf", "stasis.conf")


@click.group(subcommand_metavar="SWITCH [OPTIONS]")
def render() -> None:
    """Write what the switch includes, from the rules and the settings.

    \b
      telekit render asterisk --show
      telekit render freeswitch --show
    """


@render.command(short_help="Write accounts of phones and of telekit, and the fallback.")
@options_for("Asterisk", "/etc/asterisk/telekit")
def asterisk(settings_file: Path, into: Path, sounds: Path | None, show: bool) -> None:
    """Write the agents' phones, telekit's account and the fallback for Asterisk.

    Each phone gets a strong password the first time and keeps it. All files are written or none. Run by root, each
    belongs to the owner of the folder that it is in.

    \b
      telekit render asterisk --show
      telekit render asterisk --sounds /usr/share/asterisk/sounds
      telekit render asterisk && asterisk -rx "core reload"

    What has to stand once in Asterisk's own files:

    \b
      extensions.conf    #include telekit/extensions.conf
      manager.conf       #include telekit/manager.conf
      pjsip.conf         #include telekit/pjsip.conf
      musiconhold.conf   #include telekit/musiconhold.conf
      queues.conf        #include telekit/queues.conf
      stasis.conf        #include telekit/stasis.conf (for a busy switch)
    """
    settings, folder = settings_or_defaults(settings_file)
    plan = load(rules_of(settings_file, ()))
    options = _options(settings, beside := _asterisk_of(settings))
    if show:
        calls = "(another secret)" if offers_callbacks(plan) else None
        shown = Secrets("(a secret)", dict.fromkeys(endpoints(plan), "(a password)"), calls)
        show_files(render_files(plan, options, shown, utc_now()), into, "; ---- {}")
        return
    here = shipped() / "asterisk"
    ami = read_secret(beside.secret, folder)
    calls = read_secret(settings.callbacks.secret, folder) if offers_callbacks(plan) else None
    kept = folder / settings.phones.passwords
    secrets = Secrets(ami, passwords(kept, plan), calls)
    texts = {name: (here / name).read_text(encoding="utf-8") for name in INCLUDES}
    texts["extensions.conf"] = calling_telekit(texts["extensions.conf"], options)
    files = {into / name: Content(text.encode()) for name, text in texts.items()}
    write(files | contents(render_files(plan, options, secrets, utc_now()), into), sounds)
    tell_of_passwords(kept, secrets.passwords)


render.add_command(freeswitch)


def _asterisk_of(settings: Settings) -> AsteriskSettings:
    if settings.asterisk is None:
        raise SettingsError("The settings have no `asterisk`: there is none to write files for.")
    return settings.asterisk


def _options(settings: Settings, beside: AsteriskSettings) -> Options:
    phones = settings.phones
    return Options(
        transport=Transport(phones.transport),
        srtp=phones.srtp,
        listener=listener_of(phones),
        agi_host=settings.agi.host,
        agi_port=settings.agi.port,
        ami_user=beside.username,
        calls_user=settings.callbacks.username,
        trunk=beside.trunk,
        number=beside.number,
        voicemail=settings.voicemail,
    )
