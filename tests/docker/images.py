"""Build the images that docker/compose.yaml names, without a Docker engine: `python -m tests.docker.images`.

Where Docker pulls a base image from a registry, this makes the same of Debian's packages.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import click

from tests.docker import compose
from tests.docker.compose import Build
from tests.docker.engine import Engine, EngineFailed
from tests.lab import bootstrap, debian

CACHE = bootstrap.CACHE / "docker"
PACKAGES = ("buildah", "podman", "runc", "mmdebstrap")  # each brings a program of its name
# As in Debian's images on Docker Hub: no manuals, and no waiting for the disk at every file.
DPKG = [*(f"path-exclude=/usr/share/{part}/*" for part in ("doc", "info", "locale", "man")), "force-unsafe-io"]
APT = ('Acquire::Check-Valid-Until "false"', 'Acquire::Languages "none"', 'Acquire::Retries "3"')


class CannotBuild(Exception):  # noqa: N818 (it reads as the sentence it prints)
    """Images cannot be built on this machine; the text says why and what to do."""


def build_all(cache: Path = CACHE) -> None:
    """Build what is not built yet of the tree as it stands."""
    if recipe() == built(cache):
        return
    builds = {service.image: service.build for service in compose.read().services.values()}
    missing = sorted({str(part) for source in builds.values() for part in parts(source) if not part.exists()})
    if missing:
        raise CannotBuild(f"there is no {', no '.join(missing)}")
    install_tools()
    engine = Engine(cache)
    began = recipe()
    with ThreadPoolExecutor(len(builds)) as pool:
        list(pool.map(lambda image: build(engine, image, builds[image]), builds))
    engine.podman("image", "prune", "--force", "--filter", "until=48h")
    (cache / "recipe").write_text(began)


def build(engine: Engine, image: str, source: Build) -> None:
    """Build one image, and its base first."""
    base = base_of(source.dockerfile)
    if not engine.has(base):
        with told(f"making {base}"):
            make_base(engine, base)
    with told(f"building {image}"):
        engine.buildah(
            *("build", "--format", "docker", "--layers", "--network", "host", "--tag", image),
            *("--file", source.dockerfile, *secrets(engine.folder), source.context),
        )


def base_of(dockerfile: Path) -> str:
    """Return the image that a Dockerfile starts from."""
    found = re.search(r"^ARG BASE=(\S+)$", dockerfile.read_text(), re.MULTILINE)
    if not found:
        raise CannotBuild(f"{dockerfile} has no line ARG BASE=…")
    return found[1]


def make_base(engine: Engine, image: str) -> None:
    """Make docker.io/library/debian:SUITE-slim from the packages of that suite."""
    suite = image.rpartition(":")[2].removesuffix("-slim")
    with tempfile.TemporaryDirectory(dir=engine.folder) as folder:
        archive = Path(folder) / "base.tar"
        command = ["mmdebstrap", "--quiet", "--variant=minbase", *(f"--dpkgopt={option}" for option in DPKG)]
        command += [*(f"--aptopt={option}" for option in APT), suite, str(archive)]
        done = subprocess.run(
            [*command, debian.mirror(Path(folder) / "lists")], capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise CannotBuild(f"mmdebstrap could not make Debian {suite}:\n{done.stderr}")
        container = engine.buildah("from", "scratch")
        engine.buildah("add", "--quiet", container, archive, "/")
        engine.buildah("commit", "--quiet", "--rm", container, image)


def secrets(folder: Path) -> list[str | Path]:
    """Return what lets pip reach its registry from inside a build as it does on this machine."""
    asked = subprocess.run([sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True)
    known = dict(re.findall(r"^(?:global|:env:)\.([\w-]+)='(.*)'$", asked.stdout, re.MULTILINE))
    lines = ["[global]"]
    for key in ("index-url", "extra-index-url", "trusted-host", "proxy", "default-timeout"):
        # A folder of this machine is not there inside a build.
        words = [word for word in known.get(key, "").split() if not word.startswith(("file:", "/"))]
        lines += [f"{key} = {' '.join(words)}"] if words else []
    (folder / "pip.conf").write_text("\n".join(lines) + "\n")
    authorities = known.get("cert") or os.environ.get("SSL_CERT_FILE")
    told: list[str | Path] = ["--secret", f"id=pip.conf,src={folder}/pip.conf"]
    return [*told, "--secret", f"id=ca,src={authorities}"] if authorities else told


def install_tools() -> None:
    """Bring buildah, podman and what they need, if they are not there."""
    if os.geteuid() != 0:
        raise CannotBuild("building images without a Docker engine needs root")
    missing = [package for package in PACKAGES if not shutil.which(package)]
    if missing:
        with told(f"installing {', '.join(missing)}"):
            for command in (["update"], ["install", "--yes", "--no-install-recommends", *missing]):
                done = subprocess.run(["apt-get", "-q", *command], capture_output=True, text=True, check=False)
                if done.returncode:
                    raise CannotBuild(f"apt-get {command[0]} failed:\n{done.stderr}")


def recipe() -> str:
    """Return a mark that changes with whatever the images are made of."""
    mark = hashlib.sha256()
    for service in compose.read().services.values():
        context = service.build.context
        for part in [service.build.dockerfile, *parts(service.build)]:
            for path in sorted([part, *part.rglob("*")]):
                if path.is_file() and "__pycache__" not in path.parts:
                    mark.update(bytes(path.relative_to(context)) + hashlib.sha256(path.read_bytes()).digest())
    return mark.hexdigest()


def parts(source: Build) -> list[Path]:
    """Return the files and folders that a build is given, as its .dockerignore says."""
    ignored = source.dockerfile.with_name(f"{source.dockerfile.name}.dockerignore").read_text()
    return [source.context / kept for kept in re.findall(r"^!(.+)$", ignored, re.MULTILINE)]


def built(cache: Path = CACHE) -> str:
    """Return the mark of the tree from which the images were built."""
    path = cache / "recipe"
    return path.read_text() if path.exists() else ""


@contextmanager
def told(what: str) -> Iterator[None]:
    """Say what was done and how long it took."""
    began = time.monotonic()
    yield
    click.echo(f"images: {what} ... {time.monotonic() - began:.1f} s")


@click.command()
@click.option("--if-possible", is_flag=True, help="Only say so where this machine cannot build images.")
def main(if_possible: bool) -> None:
    """Make the images ready."""
    CACHE.mkdir(parents=True, exist_ok=True)
    try:
        with bootstrap.locked(CACHE / "lock"):
            build_all()
    except (CannotBuild, debian.NoPackages) as complaint:
        if not if_possible:
            raise click.ClickException(str(complaint)) from None
        click.echo(f"images: {complaint}")
    except EngineFailed as complaint:
        raise click.ClickException(str(complaint)) from None
    else:
        click.echo(
            f"images: {', '.join(sorted({service.image for service in compose.read().services.values()}))} ready"
        )


if __name__ == "__main__":
    main()
