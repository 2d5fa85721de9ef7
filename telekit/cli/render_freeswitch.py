"""`telekit render freeswitch`: write what FreeSWITCH includes."""

from pathlib import Path

import click

from telekit.cli.delivery import Content
from telekit.cli.options import rules_of, settings_or_defaults
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
from telekit.errors import SettingsError
from telekit.pbx.freeswitch.render.fusionpbx import COLLEAGUES, in_one_file, render_rows
from telekit.pbx.freeswitch.render.options import CERTIFICATES, Options
from telekit.pbx.freeswitch.render.render import render as render_files
from telekit.pbx.freeswitch.render.where import calling_telekit
from telekit.pbx.render.file import RenderedFile
from telekit.pbx.render.listener import Transport
from telekit.pbx.render.passwords import Secrets
from telekit.rules import load
from telekit.service.clock import utc_now
from telekit.settings import FreeSwitchSettings, Settings, read_secret

EVERYTHING, ROWS = "everything.xml", "fusionpbx.sql"
INCLUDES = ("dialplan.xml", "event_socket.xml", "gateway.xml")


@click.command(short_help="Write the same for a FreeSWITCH.")
@options_for("FreeSWITCH", "/etc/freeswitch/telekit")
@click.option(
    "--fusionpbx",
    metavar="DOMAIN",
    help="Write also what FusionPBX needs, everything.xml and fusionpbx.sql: calls belong to this domain of its.",
)
def freeswitch(settings_file: Path, into: Path, sounds: Path | None, show: bool, fusionpbx: str | None) -> None:
    """Write the agents' phones, telekit's user and the fallback for FreeSWITCH.

    Each phone gets a strong password the first time and keeps it. All files are written or none. Run by root, each
    belongs to the owner of the folder that it is in.

    \b
      telekit render freeswitch --show
      telekit render freeswitch --sounds /usr/share/freeswitch/sounds
      telekit render freeswitch && fs_cli -x reloadxml

    How FreeSWITCH's own files include them is in docs/freeswitch.md.
    """
    settings, folder = settings_or_defaults(settings_file)
    plan = load(rules_of(settings_file, ()))
    options = _options(settings, beside := _freeswitch_of(settings))
    here = shipped() / "freeswitch"
    texts = {name: (here / name).read_text(encoding="utf-8") for name in INCLUDES}
    texts["dialplan.xml"] = calling_telekit(texts["dialplan.xml"], options)

    def rendered(secrets: Secrets) -> dict[str, RenderedFile]:
        files = render_files(plan, options, secrets, utc_now())
        if fusionpbx is None:
            return files
        rows = render_rows(plan, options, str(into.resolve() / EVERYTHING), fusionpbx)
        parts = (texts["dialplan.xml"], files["fallback.xml"].text)
        own = [file.read_text(encoding="utf-8") for file in sorted((into / COLLEAGUES).glob("*.xml"))]
        return files | {EVERYTHING: RenderedFile(in_one_file(parts, own)), ROWS: RenderedFile(rows)}

    if show:
        shown = Secrets("(a-secret)", dict.fromkeys(endpoints(plan), "(a-password)"))
        show_files(rendered(shown), into, "<!-- {} -->")
        return
    secret = read_secret(beside.secret, folder)
    kept = folder / settings.phones.passwords
    secrets = Secrets(secret, passwords(kept, plan) if options.control is None else {})
    files = {into / name: Content(text.encode()) for name, text in texts.items()}
    write(files | contents(rendered(secrets), into), sounds, here / "beep.wav")
    tell_of_passwords(kept, secrets.passwords)


def _freeswitch_of(settings: Settings) -> FreeSwitchSettings:
    if settings.freeswitch is None:
        raise SettingsError("The settings have no `freeswitch`: there is none to write files for.")
    return settings.freeswitch


def _options(settings: Settings, beside: FreeSwitchSettings) -> Options:
    phones = settings.phones
    named = "certificate" in phones.model_fields_set
    user, _, control = beside.user.partition("@")
    return Options(
        domain=beside.domain,
        user=user,
        control=control or None,
        calls_host=beside.calls.host,
        calls_port=beside.calls.port,
        transport=Transport(phones.transport),
        srtp=phones.srtp,
        listener=listener_of(phones),
        certificates=str(phones.certificate.parent) if named else CERTIFICATES,
        gateway=beside.gateway,
        number=beside.number,
        sounds=str(beside.sounds),
        messages=str(beside.recordings / settings.voicemail),
    )
