"""Bring a real Asterisk, SIPp and baresip into the project's cache: `python -m tests.lab.bootstrap`.

The packages come from the Debian mirror that the machine's apt knows; nothing is installed, root is not
needed. `TELEKIT_ASTERISK` names another Asterisk (20 or newer) to use in its place.
"""

import fcntl
import hashlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from tests.lab import debian, installed, modules, tree
from tests.lab.tree import Tree

CACHE = Path(__file__).resolve().parents[2] / ".cache"
SUITE = "forky"  # the first Debian release since 11 that has Asterisk
PACKAGES = (
    "asterisk",
    "asterisk-core-sounds-en-gsm",
    "asterisk-core-sounds-fr-gsm",
    "asterisk-moh-opsound-gsm",
    "sip-tester",
    "baresip-core",
    "openssl",
)


def bootstrap(cache: Path = CACHE) -> Tree:
    """Return the lab's programs, fetched if they are not there; safe to interrupt and to run twice at once."""
    found = present(cache)
    if found:
        return found
    cache.mkdir(parents=True, exist_ok=True)
    with locked(cache / "asterisk.lock"):
        found = cached(cache)  # another process may have made it while this one waited
        return found or fetch(cache)


def present(cache: Path = CACHE) -> Tree | None:
    """Return the lab's programs if they need not be fetched."""
    named = os.environ.get("TELEKIT_ASTERISK")
    return installed.with_asterisk(Path(named)) if named else cached(cache)


def cached(cache: Path = CACHE) -> Tree | None:
    """Return the tree that an earlier run left, if this very recipe made it."""
    for stamp in sorted(cache.glob("asterisk-*/recipe")):
        if stamp.read_text() == recipe():
            return Tree.at(stamp.parent)
    return None


def fetch(cache: Path) -> Tree:
    """Make the tree from packages and put it in its place in one step."""
    for leftover in cache.glob("asterisk-building-*"):
        shutil.rmtree(leftover)
    with tempfile.TemporaryDirectory(prefix="asterisk-building-", dir=cache) as folder:
        work = Path(folder)
        suite = debian.Suite(SUITE, work / "apt")
        with told(f"asking Debian {SUITE} what it has"):
            suite.update()
        with told("fetching Asterisk, SIPp, baresip and what they need"):
            packages = suite.download(PACKAGES)
        with told(f"unpacking {len(packages)} packages"):
            debian.unpack(packages, work / "unpacked")
        with told("keeping what the lab uses"):
            planted = tree.plant(work / "unpacked", work / "tree")
        (work / "tree/recipe").write_text(recipe())
        place = cache / f"asterisk-{planted.version}"
        if place.exists():
            place.rename(work / "older")
        (work / "tree").rename(place)
    return Tree.at(place)


def recipe() -> str:
    """Return a mark that changes with whatever decides what the tree holds."""
    ingredients = [SUITE, *PACKAGES, *modules.ASTERISK, *modules.BARESIP, *modules.OPENED, os.uname().machine]
    ingredients.append(Path(tree.__file__).read_text())
    return hashlib.sha256("\n".join(ingredients).encode()).hexdigest()


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Let one process in at a time; the kernel opens the lock if that process dies."""
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            click.echo("asterisk: another process is at it; waiting")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def told(what: str) -> Iterator[None]:
    """Say what is being done, and how long it took."""
    click.echo(f"asterisk: {what} ... ", nl=False)
    sys.stdout.flush()
    began = time.monotonic()
    yield
    click.echo(f"{time.monotonic() - began:.1f} s")


@click.command()
def main() -> None:
    """Make the lab ready and say where it is."""
    try:
        lab = bootstrap()
    except debian.NoPackages as complaint:
        raise click.ClickException(
            f"{complaint}\nTELEKIT_ASTERISK=/usr/sbin/asterisk uses an Asterisk that you installed."
        ) from None
    missing = lab.missing()
    if missing:
        raise click.ClickException(f"the lab lacks {', '.join(missing)}")
    click.echo(f"asterisk: {lab.version} at {lab.asterisk}")


if __name__ == "__main__":
    main()
