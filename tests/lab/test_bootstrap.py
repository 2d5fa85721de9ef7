"""Where the lab's programs come from, and that two may ask at once."""

import hashlib
import shutil
import subprocess
import threading
from pathlib import Path

import pytest

from tests.lab import accounts, bootstrap, debian, fixtures, installed, processes
from tests.lab.asterisk import Asterisk
from tests.lab.callers import Caller
from tests.lab.phones import Phone
from tests.lab.tree import Tree

RELEASE = """\
Origin: Debian
Label: {label}
Suite: stable
Codename: bookworm
Date: Mon, 23 Nov 2026 00:00:00 UTC
Architectures: {architecture}
Components: main
SHA256:
 {digest} {size} main/binary-{architecture}/Packages
"""
PACKAGES = """\
Package: toy
Version: 1
Architecture: all
Filename: toy.deb
Size: 1
"""
ONE_LINE = """\
deb [trusted=yes] file:{folder}/security/ bookworm main
deb [trusted=yes] file:{folder}/debian/ bookworm main
"""
DEB822 = """\
Types: deb
URIs: file:{folder}/debian/
Suites: bookworm
Components: main
Trusted: yes
"""


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make the folder of a machine's apt configuration, beside an archive of Debian's and another."""
    if not shutil.which("apt-get"):
        fixtures.lacking("apt-get")
    told = subprocess.run(["dpkg", "--print-architecture"], capture_output=True, text=True, check=True)
    architecture = told.stdout.strip()
    for name, label in (("debian", "Debian"), ("security", "Debian-Security")):
        packages = tmp_path / name / f"dists/bookworm/main/binary-{architecture}/Packages"
        packages.parent.mkdir(parents=True)
        packages.write_text(PACKAGES)
        release = RELEASE.format(
            label=label,
            architecture=architecture,
            digest=hashlib.sha256(PACKAGES.encode()).hexdigest(),
            size=len(PACKAGES),
        )
        (tmp_path / name / "dists/bookworm/Release").write_text(release)
    etc, state = tmp_path / "etc", tmp_path / "state"
    for folder in (etc / "sources.list.d", state / "lists/partial", tmp_path / "cache/archives/partial"):
        folder.mkdir(parents=True)
    (state / "status").touch()
    (tmp_path / "apt.conf").write_text(
        f'Dir::Etc "{etc}";\nDir::State "{state}";\nDir::State::status "{state}/status";\n'
        f'Dir::Cache "{tmp_path}/cache";\nAPT::Sandbox::User "";\n'
    )
    monkeypatch.setenv("APT_CONFIG", str(tmp_path / "apt.conf"))
    return etc


@pytest.mark.parametrize(
    ("file", "text"),
    [("sources.list", ONE_LINE), ("sources.list.d/debian.sources", DEB822)],
    ids=["one line", "deb822"],
)
def test_the_mirror_is_the_machines_own_in_either_format(machine: Path, tmp_path: Path, file: str, text: str) -> None:
    (machine / file).write_text(text.format(folder=tmp_path))
    assert debian.mirror(tmp_path / "lists") == f"file:{tmp_path}/debian/"


def test_a_machine_without_a_mirror_is_told(machine: Path, tmp_path: Path) -> None:
    with pytest.raises(debian.NoPackages, match="names no Debian mirror that answers"):
        debian.mirror(tmp_path / "lists")


def test_a_mirror_that_does_not_answer_is_told(machine: Path, tmp_path: Path) -> None:
    (machine / "sources.list").write_text(ONE_LINE.format(folder=tmp_path))
    suite = debian.Suite("no-such-suite", tmp_path / "private")
    with pytest.raises(debian.NoPackages, match=r"apt-get update failed for Debian no-such-suite:\n.*no-such-suite"):
        suite.update()


def test_a_second_process_waits_for_the_first(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    entered = threading.Event()

    def second() -> None:
        with bootstrap.locked(tmp_path / "lock"):
            entered.set()

    waiting = threading.Thread(target=second)
    with bootstrap.locked(tmp_path / "lock"):
        waiting.start()
        assert not entered.wait(0.2)
    waiting.join(5)
    assert entered.is_set()
    assert "another process is at it; waiting" in capfd.readouterr().out


def test_only_a_whole_tree_of_this_recipe_counts(tmp_path: Path) -> None:
    interrupted, older, right = (
        tmp_path / "asterisk-building-x/tree",
        tmp_path / "asterisk-22.1.0",
        tmp_path / "asterisk-22.2.0",
    )
    for folder, mark in ((interrupted, bootstrap.recipe()), (older, "another"), (right, bootstrap.recipe())):
        folder.mkdir(parents=True)
        (folder / "recipe").write_text(mark)
        (folder / "version").write_text(folder.name.partition("-")[2])
    found = bootstrap.cached(tmp_path)
    assert found is not None
    assert found.version == "22.2.0"
    shutil.rmtree(right)
    assert bootstrap.cached(tmp_path) is None


def test_an_installed_asterisk_is_used_when_it_is_named(asterisk_prefix: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEKIT_ASTERISK", str(asterisk_prefix.asterisk))
    found = bootstrap.present()
    assert found is not None
    assert (found.asterisk, found.version) == (asterisk_prefix.asterisk, asterisk_prefix.version)


def test_an_old_asterisk_is_refused(tmp_path: Path) -> None:
    old = tmp_path / "asterisk"
    old.write_text("#!/bin/sh\necho Asterisk 16.28.0~dfsg-0\n")
    old.chmod(0o755)
    with pytest.raises(installed.TooOld, match=r"is Asterisk 16\.28\.0; telekit needs 20 or newer"):
        installed.with_asterisk(old)


def libraries(number: int) -> set[Path]:
    """Return what shared objects a process has loaded."""
    lines = Path(f"/proc/{number}/maps").read_text().splitlines()
    paths = {Path(line.split()[-1]) for line in lines if ".so" in line}
    # How names are looked up is the machine's to say, and glibc's to obey (nsswitch.conf).
    return {path for path in paths if not path.name.startswith("libnss_")}


async def test_nothing_is_loaded_but_the_trees_own(asterisk_prefix: Tree, tmp_path: Path) -> None:
    if asterisk_prefix.asterisk.parents[1].parent != bootstrap.CACHE:
        pytest.skip("the lab uses another Asterisk")
    config = {
        "pjsip.conf": accounts.trunk() + accounts.phone("amina", "pass-of-amina", tls=True),
        "extensions.conf": "[from-carrier]\nexten => amina,1,Dial(PJSIP/amina,10)\n",
    }
    asterisk = Asterisk(tmp_path / "asterisk", asterisk_prefix, config)
    phone = Phone(asterisk, "amina", "pass-of-amina", address="127.0.0.11", tls=True, answers=True)
    async with asterisk, phone, Caller(asterisk, "amina") as caller:
        await caller.hears(phone.hertz)  # encrypted: libsrtp has opened all it ever will
        loaded = {path for number in processes.living() for path in libraries(number)}
    assert len(loaded) > 100
    assert [path for path in loaded if not path.is_relative_to(bootstrap.CACHE)] == []


def test_the_tree_runs_wherever_it_stands(asterisk_prefix: Tree, tmp_path: Path) -> None:
    if asterisk_prefix.asterisk.parents[1].parent != bootstrap.CACHE:
        pytest.skip("the lab uses another Asterisk")
    moved = Tree.at(shutil.copytree(asterisk_prefix.asterisk.parents[1], tmp_path / "moved"))
    for program, version in ((moved.asterisk, "-V"), (moved.openssl, "version")):
        assert subprocess.run([program, version], check=False).returncode == 0
    assert moved.missing() == []
