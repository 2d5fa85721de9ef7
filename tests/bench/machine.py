"""The machine that figures were measured on."""

import os
import platform
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from tests.lab import bootstrap


def machine() -> Mapping[str, str]:
    """Name it, and what ran on it."""
    tree = bootstrap.present()
    processor = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "processor": f"{processor[1] if processor else platform.machine()}, {os.cpu_count()} cores",
        "memory": f"{memory:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
        "Asterisk": tree.version if tree is not None else "none",
        "measured": datetime.now(UTC).strftime("%Y-%m-%d"),
        "load before": f"{os.getloadavg()[0]:.2f}",
    }
