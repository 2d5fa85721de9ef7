"""What several verbs are asked: the settings, and the rules."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from telekit.errors import SettingsError

if TYPE_CHECKING:
    from telekit.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])

DEFAULT_SETTINGS = Path("telekit.yaml")


def settings_option(command: F) -> F:
    """Add `--settings`; the verb gets a path."""
    return click.option(
        "-s",
        "--settings",
        "settings_file",
        type=click.Path(path_type=Path, dir_okay=False),
        default=DEFAULT_SETTINGS,
        show_default=True,
        envvar="TELEKIT_SETTINGS",
        help="The settings file; also from TELEKIT_SETTINGS.",
    )(command)


def past_options(command: F) -> F:
    """Add `--journal`, `--since` and `--until`; the verb gets a path and two instants as they were written, or None."""
    journal = click.option(
        "--journal",
        type=click.Path(path_type=Path, dir_okay=False),
        help="A journal of telekit's; that of the settings, if left out.",
        metavar="FILE",
    )
    since = click.option("--since", help="From when on, in the rules' zone unless it names one.", metavar="INSTANT")
    until = click.option("--until", help="Up to when.", metavar="INSTANT")
    return journal(since(until(command)))


def refuse_ignored(why: str, *parameters: str) -> None:
    """Raise `click.UsageError` when one of these was told that would change nothing; `why` follows its name."""
    context = click.get_current_context()
    for parameter in context.command.params:
        told = context.get_parameter_source(parameter.name or "")
        if (
            parameter.name in parameters
            and told is click.core.ParameterSource.COMMANDLINE
            and context.params[parameter.name]
        ):
            name = parameter.opts[-1] if isinstance(parameter, click.Option) else parameter.human_readable_name
            raise click.UsageError(f"{name} {why}")


def settings_or_defaults(path: Path) -> "tuple[Settings, Path]":
    """Read the settings, or take the defaults where there is no telekit.yaml; also give where paths start."""
    from telekit.settings import Settings, load_settings  # here, since a verb that is given its rules needs none

    if path == DEFAULT_SETTINGS and not path.exists():
        return Settings(), Path()
    return load_settings(path), path.parent


def rules_of(settings_file: Path, rules: tuple[Path, ...]) -> tuple[Path, ...]:
    """Give the rules that were named, or else those of the settings; raises `SettingsError` when there are none."""
    if rules:
        return rules
    settings, folder = settings_or_defaults(settings_file)
    found = folder / settings.rules
    if found.exists():
        return (found,)
    if not settings_file.exists():
        raise SettingsError(
            f"There is neither a telekit.yaml here nor a folder named {settings.rules}: go to the folder of your "
            "telekit.yaml, or name it with --settings, or name the rules behind the verb."
        )
    raise SettingsError(f"The rules {found} do not exist: write them there, or mend `rules` in {settings_file}.")


def scripts_of(settings_file: Path, rules: tuple[Path, ...]) -> tuple[str, ...] | None:
    """Give the names of the call scripts that are there for these rules; None where no settings say so.

    Settings are not those of rules that were named in their stead, unless both were named, or the settings name the
    same rules. Raises `SettingsError` when the settings name a folder that is not there.
    """
    named = click.get_current_context().get_parameter_source("settings_file") is not _BY_DEFAULT
    if not named and not settings_file.exists():
        return None
    try:
        settings, folder = settings_or_defaults(settings_file)
    except SettingsError:
        if named or not rules:
            raise
        return None
    if rules and not named and [path.resolve() for path in rules] != [(folder / settings.rules).resolve()]:
        return None
    if settings.scripts is None:
        return ()
    scripts = folder / settings.scripts
    if not scripts.is_dir():
        raise SettingsError(
            f"The scripts folder {scripts} is not there: make it, or mend `scripts` in {settings_file}."
        )
    return tuple(sorted(file.stem for file in scripts.glob("*.py")))


_BY_DEFAULT = click.core.ParameterSource.DEFAULT
