"""Bring what editors complete and explain rules with into the project's cache: `python -m tests.lab.editors`.

That is the YAML language server, npm's package, and ALE, which speaks to it from vim, Debian's package. node, npm and
vim come from the machine's apt where they are missing.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import click

from tests.lab.bootstrap import CACHE, locked

SERVER = "yaml-language-server@>=1.15"
TOOLS = {"node": "nodejs", "npm": "npm", "vim": "vim"}
"""Commands, and the packages that bring them."""


class NoTools(Exception):  # noqa: N818 (it reads as the sentence it prints)
    """A program is missing, and cannot be installed."""


def language_server(cache: Path = CACHE) -> Path:
    """Return the server's program, fetched if it is not there; safe to interrupt and to run twice at once."""
    return _made(cache, "language-server", fetch_server) / "node_modules/.bin/yaml-language-server"


def ale(cache: Path = CACHE) -> Path:
    """Return the folder of vim's plugin, likewise."""
    return _made(cache, "vim-ale", fetch_ale) / "usr/share/vim-ale"


def fetch_server(place: Path) -> None:
    """Let npm install the server into a folder."""
    _find("node", "npm")
    _run("npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(place), SERVER)


def fetch_ale(place: Path) -> None:
    """Unpack the plugin into a folder."""
    _find("vim")
    place.mkdir()
    place.chmod(0o777)  # apt fetches as a user of its own
    _run("apt-get", "-qq", "download", "vim-ale", folder=place)
    (package,) = place.glob("*.deb")
    _run("dpkg", "-x", str(package), str(place))


def _made(cache: Path, name: str, make: Callable[[Path], None]) -> Path:
    place = cache / name
    if not place.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with locked(cache / f"{name}.lock"), tempfile.TemporaryDirectory(prefix=f"{name}-", dir=cache) as folder:
            if not place.exists():
                click.echo(f"editors: fetching {name}")
                make(Path(folder) / "made")
                (Path(folder) / "made").rename(place)
    return place


def _find(*commands: str) -> None:
    """Install those of these commands that are missing."""
    missing = [TOOLS[command] for command in commands if shutil.which(command) is None]
    if missing:
        click.echo(f"editors: apt-get installs {' and '.join(missing)}")
        _run("apt-get", "-qq", "update")
        _run("apt-get", "-qq", "install", "--no-install-recommends", *missing)


def _run(*command: str, folder: Path | None = None) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NoTools(f"`{' '.join(command)}` failed: {done.stderr.strip()[-500:]}")


@click.command()
def main() -> None:
    """Make all ready and say where it is."""
    try:
        click.echo(f"editors: {language_server()}")
        click.echo(f"editors: {ale()}")
    except NoTools as complaint:
        raise click.ClickException(str(complaint)) from None


if __name__ == "__main__":
    main()
