"""Options that several verbs share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from telekit.settings import Settings, load_settings

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


def settings_or_defaults(path: Path) -> tuple[Settings, Path]:
    """Read the settings, or take the defaults where there is no telekit.yaml; also give where paths start."""
    if path == DEFAULT_SETTINGS and not path.exists():
        return Settings(), Path()
    return load_settings(path), path.parent
