"""`telekit render`: write what the switch includes."""

import sys
from collections.abc import Mapping
from pathlib import Path

import click

import telekit
from telekit.cli.delivery import Content, deliver, give_to_owner_of_folder, make_folder
from telekit.cli.options import rules_of, settings_option, settings_or_defaults
from telekit.domain.phone import PhoneKind
from telekit.domain.plan import Plan, offers_callbacks
from telekit.errors import SettingsError
from telekit.pbx.asterisk.render.options import Options
from telekit.pbx.asterisk.render.render import render as render_files
from telekit.pbx.asterisk.render.where import calling_telekit
from telekit.pbx.render.listener import Listener, Transport
from telekit.pbx.render.passwords import PasswordFile, Secrets
from telekit.rules import load
from telekit.service.clock import utc_now
from telekit.settings import AsteriskSettings, Settings, read_secret

SHIPPED = (Path(telekit.__file__).parents[1] / "dialplans", Path(sys.prefix) / "share/telekit/dialplans")
"""Where the shipped dialplans are: in a checkout, or where pip puts them."""

LANGUAGES = ("en", "fr")

INCLUDES = ("extensions.conf", "manager.conf", "pjsip.conf", "musiconhold.conf", "queues.conf", "stasis.conf")


@click.group(subcommand_metavar="SWITCH [OPTIONS]")
def render() -> None:
    """Write what the switch includes, from the rules and the settings.

    \b
      telekit render asterisk --show
    """


@render.command(short_help="Write accounts of phones and of telekit, and the fallback.")
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
        shown = Secrets("(a secret)", dict.fromkeys(_endpoints(plan), "(a password)"), calls)
        for name, file in render_files(plan, options, shown, utc_now()).items():
            click.echo(f"; ---- {into / name}\n{file.text}")
        return
    shipped = _shipped()
    ami = read_secret(beside.secret, folder)
    calls = read_secret(settings.callbacks.secret, folder) if offers_callbacks(plan) else None
    kept = folder / settings.phones.passwords
    secrets = Secrets(ami, _passwords(kept, _endpoints(plan)), calls)
    rendered = render_files(plan, options, secrets, utc_now())
    texts = {name: (shipped / name).read_text(encoding="utf-8") for name in INCLUDES}
    texts["extensions.conf"] = calling_telekit(texts["extensions.conf"], options)
    files = {into / name: Content(text.encode()) for name, text in texts.items()}
    files |= {into / name: Content(file.text.encode(), file.mode) for name, file in rendered.items()}
    prompts = _prompts(shipped / "sounds", sounds) if sounds is not None else {}
    deliver(dict(sorted(files.items())) | prompts)
    for path in [*sorted(files), *dict.fromkeys(prompt.parent for prompt in prompts)]:
        click.echo(f"{path}/" if path.is_dir() else path)
    if secrets.passwords:
        click.echo(f"The phones' passwords are in {kept}: give each agent their own.")


def _asterisk_of(settings: Settings) -> AsteriskSettings:
    if settings.asterisk is None:
        raise SettingsError("The settings have no `asterisk`: there is none to write files for.")
    return settings.asterisk


def _options(settings: Settings, beside: AsteriskSettings) -> Options:
    phones = settings.phones
    own = Listener(phones.address, phones.port, str(phones.certificate), str(phones.private_key))
    return Options(
        transport=Transport(phones.transport),
        srtp=phones.srtp,
        listener=own if phones.own_transport else None,
        agi_host=settings.agi.host,
        agi_port=settings.agi.port,
        ami_user=beside.username,
        calls_user=settings.callbacks.username,
        trunk=beside.trunk,
        number=beside.number,
        voicemail=settings.voicemail,
    )


def _endpoints(plan: Plan) -> list[str]:
    return [phone.address for agent in plan.agents.values() for phone in agent.phones if phone.kind is PhoneKind.SIP]


def _passwords(kept: Path, endpoints: list[str]) -> Mapping[str, str]:
    """Give the phones' passwords, and keep them where the settings say: for the owner of that folder, also by root."""
    if not endpoints:
        return {}
    try:
        make_folder(kept.parent)
        passwords = PasswordFile(kept).passwords_of(endpoints)
        give_to_owner_of_folder(kept)
    except OSError as error:
        raise SettingsError(f"The phones' passwords cannot be kept in {kept}: {error}.") from error
    return passwords


def _prompts(shipped: Path, sounds: Path) -> dict[Path, Content]:
    return {
        sounds / language / "telekit" / prompt.name: Content(prompt.read_bytes())
        for language in LANGUAGES
        for prompt in sorted((shipped / language / "telekit").iterdir())
    }


def _shipped() -> Path:
    for place in SHIPPED:
        if (place / "asterisk").is_dir():
            return place / "asterisk"
    raise SettingsError(
        f"telekit's dialplans are neither in {SHIPPED[0]} nor in {SHIPPED[1]}: install telekit again with pip."
    )
