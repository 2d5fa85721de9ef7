"""Options that several verbs share."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

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


def settings_or_defaults(path: Path) -> "tuple[Settings, Path]":
    """Read the settings, or take the defaults where there is no telekit.yaml; also give where paths start."""
    from telekit.settings import Settings, load_settings  # here, since a verb that is given its rules needs none

    if path == DEFAULT_SETTINGS and not path.exists():
        return Settings(), Path()
    return load_settings(path), path.parent


def rules_of(settings_file: Path, rules: tuple[Path, ...]) -> tuple[Path, ...]:
    """Give the rules that were named, or else those of the settings."""
    if rules:
        return rules
    settings, folder = settings_or_defaults(settings_file)
    return (folder / settings.rules,)
