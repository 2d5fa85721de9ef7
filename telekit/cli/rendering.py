"""What the verbs of `telekit render` have in common: what is shipped, the phones' passwords, and writing it all."""

import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import click

import telekit
from telekit.cli.delivery import Content, deliver, give_to_owner_of_folder, make_folder
from telekit.cli.options import settings_option
from telekit.domain.phone import PhoneKind
from telekit.domain.plan import Plan
from telekit.errors import SettingsError
from telekit.pbx.render.file import RenderedFile
from telekit.pbx.render.listener import Listener
from telekit.pbx.render.passwords import PasswordFile
from telekit.settings import PhoneSettings

SHIPPED = (Path(telekit.__file__).parents[1] / "dialplans", Path(sys.prefix) / "share/telekit/dialplans")
"""Where the shipped dialplans are: in a checkout, or where pip puts them."""

LANGUAGES = ("en", "fr")
PROMPTS = "asterisk/sounds"


def listener_of(phones: PhoneSettings) -> Listener | None:
    """Give the transport that is telekit's own, if it is to have one."""
    if not phones.own_transport:
        return None
    public = None if phones.public_address is None else str(phones.public_address)
    return Listener(phones.address, phones.port, str(phones.certificate), str(phones.private_key), public)


def options_for(switch: str, into: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a verb its options; `into` is the folder that it writes to unless told."""
    options: tuple[Callable[[Any], Any], ...] = (
        settings_option,
        click.option(
            "--into",
            type=click.Path(path_type=Path, file_okay=False),
            default=Path(into),
            show_default=True,
            help="The folder to write to.",
        ),
        click.option(
            "--sounds",
            type=click.Path(path_type=Path, file_okay=False),
            help=f"{switch}'s sounds folder; fills it with telekit's prompts.",
        ),
        click.option("--show", is_flag=True, help="Print what would be written, without passwords, and write nothing."),
    )

    def decorate(verb: Callable[..., None]) -> Callable[..., None]:
        for option in reversed(options):
            verb = option(verb)
        return verb

    return decorate


def shipped() -> Path:
    """Give the folder with one of each switch's; raises `SettingsError` where it is not."""
    for place in SHIPPED:
        if (place / "asterisk").is_dir():
            return place
    raise SettingsError(
        f"telekit's dialplans are neither in {SHIPPED[0]} nor in {SHIPPED[1]}: install telekit again with pip."
    )


def endpoints(plan: Plan) -> list[str]:
    """Name the SIP phones of the rules."""
    return [phone.address for agent in plan.agents.values() for phone in agent.phones if phone.kind is PhoneKind.SIP]


def passwords(kept: Path, plan: Plan) -> Mapping[str, str]:
    """Give the phones' passwords, and keep them where the settings say: for the owner of that folder, also by root."""
    if not (named := endpoints(plan)):
        return {}
    try:
        make_folder(kept.parent)
        found = PasswordFile(kept).passwords_of(named)
        give_to_owner_of_folder(kept)
    except OSError as error:
        raise SettingsError(f"The phones' passwords cannot be kept in {kept}: {error}.") from error
    return found


def show(files: Mapping[str, RenderedFile], into: Path, head: str) -> None:
    """Print files, each under its name in a comment: `head` has the name as `{}`."""
    for name, file in files.items():
        click.echo(f"{head.format(into / name)}\n{file.text}")


def write(files: Mapping[Path, Content], sounds: Path | None, *more: Path) -> None:
    """Put files in place, and the prompts with them where a folder for sounds is named; all or none.

    `more` are sounds that this switch has not, for each language.
    """
    prompts = _prompts(sounds, more) if sounds is not None else {}
    deliver(dict(sorted(files.items())) | prompts)
    for path in [*sorted(files), *dict.fromkeys(prompt.parent for prompt in prompts)]:
        click.echo(f"{path}/" if path.is_dir() else path)


def contents(files: Mapping[str, RenderedFile], into: Path) -> dict[Path, Content]:
    """Give rendered files as what is to be put into a folder."""
    return {into / name: Content(file.text.encode(), file.mode) for name, file in files.items()}


def tell_of_passwords(kept: Path, found: Mapping[str, str]) -> None:
    """Say where the phones' passwords are."""
    if found:
        click.echo(f"The phones' passwords are in {kept}: give each agent their own.")


def _prompts(sounds: Path, more: Iterable[Path]) -> dict[Path, Content]:
    own = {
        sounds / language / "telekit" / prompt.name: Content(prompt.read_bytes())
        for language in LANGUAGES
        for prompt in sorted((shipped() / PROMPTS / language / "telekit").iterdir())
    }
    return own | {
        sounds / language / sound.name: Content(sound.read_bytes()) for language in LANGUAGES for sound in more
    }
