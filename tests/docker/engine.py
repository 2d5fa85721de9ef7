"""buildah and podman with everything they keep in one folder, and nothing of the machine's own set-up."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

# `k8s-file`, `file` and `cgroupfs` do without systemd and its journal.
CONTAINERS_CONF = """\
[containers]
netns = "host"
log_driver = "k8s-file"
default_ulimits = ["nofile=8192:8192", "nproc=4096:4096"]

[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
lock_type = "file"
static_dir = "{folder}/store/libpod"
tmp_dir = "{folder}/tmp"
volume_path = "{folder}/volumes"
"""
STORAGE_CONF = """\
[storage]
driver = "overlay"
graphroot = "{folder}/store"
runroot = "{folder}/run"

[storage.options]
additionalimagestores = [{images}]
"""


class EngineFailed(Exception):  # noqa: N818 (it reads as the sentence it prints)
    """A command of buildah or podman failed; the text holds what it printed."""


class Engine:
    """Builds and runs containers; all it keeps is in `folder`.

    `images` is another engine's folder, whose images this one may use and never changes.
    """

    def __init__(self, folder: Path, images: Path | None = None) -> None:
        self.folder = folder.resolve()
        self.folder.mkdir(parents=True, exist_ok=True)
        lent = f'"{images.resolve()}/store"' if images else ""
        (self.folder / "containers.conf").write_text(CONTAINERS_CONF.format(folder=self.folder))
        (self.folder / "storage.conf").write_text(STORAGE_CONF.format(folder=self.folder, images=lent))

    @property
    def environment(self) -> Mapping[str, str]:
        """Return the variables under which buildah and podman work here."""
        return {
            **os.environ,
            "CONTAINERS_CONF": f"{self.folder}/containers.conf",
            "CONTAINERS_STORAGE_CONF": f"{self.folder}/storage.conf",
            "BUILDAH_ISOLATION": "chroot",
            "DISABLE_HC_SYSTEMD": "true",  # health is asked for when somebody wants to know, not by a timer
        }

    def buildah(self, *arguments: str | Path) -> str:
        """Run buildah and return what it prints."""
        return self._run("buildah", *arguments)

    def podman(self, *arguments: str | Path) -> str:
        """Run podman and return what it prints, on either stream."""
        return self._run("podman", *arguments)

    def has(self, image: str) -> bool:
        """Tell whether an image of this name is here."""
        command = ["podman", "image", "exists", image]
        return subprocess.run(command, env=self.environment, check=False).returncode == 0

    def _run(self, *command: str | Path) -> str:
        done = subprocess.run(
            command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
        if done.returncode:
            raise EngineFailed(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stdout}")
        return done.stdout.strip()
