"""`telekit render`: write what the switch includes."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

import click

import telekit
from telekit.cli.options import rules_of, settings_option, settings_or_defaults
from telekit.domain.phone import PhoneKind
from telekit.domain.plan import Plan
from telekit.errors import SettingsError
from telekit.pbx.asterisk.render.options import Listener, Options, Transport
from telekit.pbx.asterisk.render.passwords import PasswordFile, Secrets
from telekit.pbx.asterisk.render.render import render as render_files
from telekit.pbx.asterisk.render.where import calling_telekit
from telekit.rules import load
from telekit.service.clock import utc_now
from telekit.settings import Settings, read_secret

SHIPPED = (Path(telekit.__file__).parents[1] / "dialplans", Path(sys.prefix) / "share/telekit/dialplans")
"""Where the shipped dialplans are: in a checkout, or where pip puts them."""

INCLUDES = ("extensions.conf", "manager.conf", "pjsip.conf", "musiconhold.conf", "queues.conf", "stasis.conf")


@click.group()
def render() -> None:
    """Write what the switch includes, from the rules and the settings."""


@render.command()
@settings_option
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("/etc/asterisk/telekit"),
    show_default=True,
    help="The folder to write to.",
)
@click.option(
    "--sounds",
    type=click.Path(path_type=Path, file_okay=False),
    help="Asterisk's sounds folder; fills it with telekit's prompts.",
)
@click.option("--show", is_flag=True, help="Print what would be written, without passwords, and write nothing.")
def asterisk(settings_file: Path, into: Path, sounds: Path | None, show: bool) -> None:
    """Write the agents' phones, telekit's account and the fallback for Asterisk.

    Each phone gets a strong password the first time and keeps it. Run it again after a change of the rules, and then
    `asterisk -rx "core reload"`. What has to stand once in Asterisk's own files:

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
    options = _options(settings)
    if show:
        shown = Secrets("(a secret)", dict.fromkeys(_endpoints(plan), "(a password)"))
        for name, file in render_files(plan, options, shown, utc_now()).items():
            click.echo(f"; ---- {into / name}\n{file.text}")
        return
    passwords = PasswordFile(folder / settings.phones.passwords)
    secrets = Secrets(read_secret(settings.asterisk.secret, folder), passwords.passwords_of(_endpoints(plan)))
    shipped = _shipped()
    files = {name: (file.text, file.mode) for name, file in render_files(plan, options, secrets, utc_now()).items()}
    files |= {name: ((shipped / name).read_text(encoding="utf-8"), 0o644) for name in INCLUDES}
    files["extensions.conf"] = (calling_telekit(files["extensions.conf"][0], options), 0o644)
    for name, (text, mode) in sorted(files.items()):
        _write(into / name, text, mode)
        click.echo(f"{into / name}")
    if sounds is not None:
        for language in ("en", "fr"):
            target = sounds / language / "telekit"
            shutil.copytree(shipped / "sounds" / language / "telekit", target, dirs_exist_ok=True)
            click.echo(f"{target}/")
    click.echo(f"The phones' passwords are in {passwords.path}: give each agent their own.")


def _options(settings: Settings) -> Options:
    phones = settings.phones
    own = Listener(phones.address, phones.port, str(phones.certificate), str(phones.private_key))
    return Options(
        transport=Transport(phones.transport),
        srtp=phones.srtp,
        listener=own if phones.own_transport else None,
        agi_host=settings.agi.host,
        agi_port=settings.agi.port,
        ami_user=settings.asterisk.username,
        trunk=settings.asterisk.trunk,
        voicemail=settings.voicemail,
    )


def _endpoints(plan: Plan) -> list[str]:
    return [phone.address for agent in plan.agents.values() for phone in agent.phones if phone.kind is PhoneKind.SIP]


def _shipped() -> Path:
    for place in SHIPPED:
        if (place / "asterisk").is_dir():
            return place / "asterisk"
    raise SettingsError(
        f"telekit's dialplans are neither in {SHIPPED[0]} nor in {SHIPPED[1]}: install telekit again with pip."
    )


def _write(path: Path, text: str, mode: int) -> None:
    """Put a whole file in place at once, owned as the folder is, so that Asterisk may read it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        temporary = Path(name)
        temporary.chmod(mode)
        if os.geteuid() == 0:
            owner = path.parent.stat()
            os.chown(temporary, owner.st_uid, owner.st_gid)
        temporary.replace(path)
    except OSError as error:
        raise SettingsError(
            f"{path} cannot be written ({error.strerror}): run this as Asterisk's user, or name another folder."
        ) from error
