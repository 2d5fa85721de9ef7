"""Packages of another Debian suite, fetched by the machine's own apt and unpacked beside the system."""

import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

# The archive's keys where Debian keeps them; a source that names none trusts what apt trusts anyway.
KEYRINGS = Path("/usr/share/keyrings")

CONFIGURATION = """\
Dir::State "{folder}/state";
Dir::State::status "{folder}/state/status";
Dir::Cache "{folder}/cache";
Dir::Etc::sourcelist "{folder}/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
APT::Install-Recommends "false";
APT::Sandbox::User "";
Acquire::Languages "none";
Acquire::Check-Valid-Until "false";
Acquire::Retries "3";
"""


class NoPackages(Exception):  # noqa: N818 (it reads as the sentence it prints)
    """The packages can't be had; the text says why and what to do."""


class Suite:
    """One suite of the machine's own Debian mirror, with apt's state private to `folder`.

    Neither root nor a change to the machine is needed: apt believes in a machine with nothing installed.
    """

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.folder = folder.resolve()
        for part in ("state/lists/partial", "cache/archives/partial"):
            (self.folder / part).mkdir(parents=True, exist_ok=True)
        (self.folder / "state/status").touch()
        (self.folder / "apt.conf").write_text(CONFIGURATION.format(folder=self.folder))

    def update(self) -> None:
        """Learn which packages the suite has."""
        keys = next(iter(sorted(KEYRINGS.glob("debian-archive-keyring.*"))), None)
        trusted = f"[signed-by={keys}] " if keys else ""
        source = f"deb {trusted}{mirror(self.folder / 'machine')} {self.name} main\n"
        (self.folder / "sources.list").write_text(source)
        self._apt("update", "--error-on=any")

    def download(self, packages: Sequence[str]) -> list[Path]:
        """Fetch the packages and all they need; return the files."""
        self._apt("install", "--yes", "--download-only", *packages)
        return sorted((self.folder / "cache/archives").glob("*.deb"))

    def _apt(self, *arguments: str) -> None:
        command = ["env", f"APT_CONFIG={self.folder}/apt.conf", "apt-get", "--quiet", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            told = (done.stderr or done.stdout).strip()
            raise NoPackages(f"apt-get {arguments[0]} failed for Debian {self.name}:\n{told}")


def mirror(lists: Path) -> str:
    """Return the address of the Debian archive in the machine's apt configuration, in whatever file it stands.

    `lists` is a folder to ask the mirror anew when the machine has never run `apt-get update`.
    """
    lists.joinpath("partial").mkdir(parents=True, exist_ok=True)
    private = ("-o", f"Dir::State::lists={lists}", "-o", "APT::Sandbox::User=")
    ask = ("indextargets", "--format", "$(CREATED_BY)|$(LABEL)|$(COMPONENT)|$(REPO_URI)")
    address = _archive(_apt_get(*ask))
    if address:
        return address
    updated = _apt_get(*private, "--quiet", "update")
    address = _archive(_apt_get(*private, *ask))
    if address:
        return address
    raise NoPackages(
        f"apt's configuration on this machine names no Debian mirror that answers\n{updated.stderr.strip()}"
    )


def _apt_get(*arguments: str) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(["apt-get", *arguments], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise NoPackages("this machine has no apt-get, so no Debian packages") from None


def _archive(targets: subprocess.CompletedProcess[str]) -> str:
    for line in targets.stdout.splitlines():
        created_by, label, component, address = line.split("|", 3)
        if (created_by, label, component) == ("Packages", "Debian", "main"):
            return address
    return ""


def unpack(packages: Sequence[Path], into: Path) -> None:
    """Unpack package files over one another into a folder; no script of theirs runs."""
    into.mkdir(parents=True, exist_ok=True)

    def one(package: Path) -> None:
        subprocess.run(["dpkg-deb", "--extract", package, into], check=True)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(one, packages))
