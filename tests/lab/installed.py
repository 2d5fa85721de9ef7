"""An Asterisk that the machine's owner installed, used in place of the lab's own."""

import shutil
from pathlib import Path

from tests.lab.tree import Tree, asterisk_version

OLDEST = 20
MODULES = ("/usr/lib/*/asterisk/modules", "/usr/lib64/asterisk/modules", "/usr/lib/asterisk/modules")
DATA = ("/usr/share/asterisk", "/var/lib/asterisk")


class TooOld(Exception):  # noqa: N818 (it reads as the sentence it prints)
    """The installed Asterisk is older than telekit supports."""


def with_asterisk(asterisk: Path) -> Tree:
    """Return the parts round an installed Asterisk; those that are absent stay named, `missing` tells them."""
    version = asterisk_version(asterisk)
    if int(version.split(".")[0]) < OLDEST:
        raise TooOld(f"{asterisk} is Asterisk {version}; telekit needs {OLDEST} or newer")
    return Tree(
        version=version,
        asterisk=asterisk,
        asterisk_modules=first(MODULES, "res_pjsip.so").parent,
        data=first(DATA, "sounds"),
        sipp=Path(shutil.which("sipp") or "/usr/bin/sipp"),
        baresip=Path(shutil.which("baresip") or "/usr/bin/baresip"),
        baresip_modules=Path("/usr/lib/baresip/modules"),
        baresip_sounds=Path("/usr/share/baresip"),
        openssl=Path(shutil.which("openssl") or "/usr/bin/openssl"),
    )


def first(patterns: tuple[str, ...], holding: str) -> Path:
    """Return the first existing place among patterns that holds a file of this name."""
    for pattern in patterns:
        for found in sorted(Path("/").glob(f"{pattern.lstrip('/')}/{holding}")):
            return found
    return Path(patterns[0]) / holding
