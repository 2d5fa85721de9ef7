"""The programs and sounds of the lab, in one folder that may be moved."""

import re
import shutil
import subprocess
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.lab import modules

# The language folders of Debian's sound packages are named for their voices.
VOICES = {"en": "en_US_f_Allison", "fr": "fr_CA_f_June"}

# Each program runs on its own suite's loader and libraries, wherever the folder stands. `--argv0` lets
# Asterisk find this script again when it restarts itself.
LAUNCHER = """\
#!/bin/sh
top=${{0%/*}}/..
exec "$top/lib/{loader}" --argv0 "$0" --library-path "$top/lib" "$top/libexec/{program}" "$@"
"""


@dataclass(frozen=True, slots=True)
class Tree:
    """Where a real Asterisk, SIPp and baresip stand, with what they load."""

    version: str
    asterisk: Path
    asterisk_modules: Path
    data: Path  # sounds/en, sounds/fr, moh, documentation
    sipp: Path
    baresip: Path
    baresip_modules: Path
    baresip_sounds: Path
    openssl: Path

    @classmethod
    def at(cls, top: Path) -> "Tree":
        """Return the tree that `plant` made at this place."""
        return cls(
            version=(top / "version").read_text().strip(),
            asterisk=top / "bin/asterisk",
            asterisk_modules=top / "modules/asterisk",
            data=top / "data",
            sipp=top / "bin/sipp",
            baresip=top / "bin/baresip",
            baresip_modules=top / "modules/baresip",
            baresip_sounds=top / "data/baresip",
            openssl=top / "bin/openssl",
        )

    def missing(self) -> list[str]:
        """Name the parts that are not there."""
        parts = {
            "Asterisk": self.asterisk,
            "Asterisk's modules": self.asterisk_modules,
            "English prompts": self.data / "sounds/en",
            "French prompts": self.data / "sounds/fr",
            "music on hold": self.data / "moh",
            "SIPp": self.sipp,
            "baresip": self.baresip,
            "baresip's modules": self.baresip_modules,
            "openssl": self.openssl,
        }
        return [name for name, path in parts.items() if not path.exists()]


def plant(unpacked: Path, top: Path) -> Tree:
    """Make a tree at `top` of what the lab uses among unpacked packages: a seventh of their size."""
    usr = unpacked / "usr"
    libraries = next(usr.glob("lib/*/libc.so.6")).parent
    loader = next(libraries.glob("ld-linux*.so.*"))
    programs = [usr / "sbin/asterisk", usr / "bin/sipp", usr / "bin/baresip", usr / "bin/openssl"]
    for folder in ("bin", "lib", "libexec", "data/sounds", "modules/asterisk", "modules/baresip"):
        (top / folder).mkdir(parents=True)

    for program in programs:
        shutil.copy(program, top / "libexec")
        launcher = top / "bin" / program.name
        launcher.write_text(LAUNCHER.format(loader=loader.name, program=program.name))
        launcher.chmod(0o755)
    for name in modules.ASTERISK:
        shutil.copy(libraries / "asterisk/modules" / f"{name}.so", top / "modules/asterisk")
    for name in modules.BARESIP:
        shutil.copy(usr / "lib/baresip/modules" / f"{name}.so", top / "modules/baresip")
    for name in (loader.name, *modules.OPENED):
        shutil.copy(libraries / name, top / "lib")
    loadable = [path for folder in ("libexec", "lib", "modules/*") for path in top.glob(f"{folder}/*")]
    for library in needed(loader, libraries, loadable):
        shutil.copy(library, top / "lib")

    share = usr / "share/asterisk"
    for language, voice in VOICES.items():
        shutil.copytree(share / "sounds" / voice, top / "data/sounds" / language)
    shutil.copytree(share / "moh", top / "data/moh")
    shutil.copytree(share / "documentation", top / "data/documentation")
    shutil.copytree(usr / "share/baresip", top / "data/baresip")
    (top / "version").write_text(asterisk_version(top / "bin/asterisk") + "\n")
    return Tree.at(top)


def needed(loader: Path, libraries: Path, loadable: Iterable[Path]) -> set[Path]:
    """Return the libraries that programs and modules load, by asking the loader itself."""

    def ask(path: Path) -> str:
        command: list[str | Path] = [loader, "--library-path", libraries, "--list", path]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    with ThreadPoolExecutor(4) as pool:
        answers = "".join(pool.map(ask, loadable))
    absent = set(re.findall(r"^\s*(\S+) => not found", answers, re.MULTILINE))
    if absent:
        raise FileNotFoundError(f"no package brings {', '.join(sorted(absent))}")
    return {Path(path) for path in re.findall(r" => (/\S+)", answers)}


def asterisk_version(asterisk: Path) -> str:
    """Return a plain version such as `22.10.1`."""
    told = subprocess.run([asterisk, "-V"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"(\d+(?:\.\d+)+)", told)
    if not found:
        raise ValueError(f"{asterisk} -V does not tell a version: {told!r}")
    return found[1]
