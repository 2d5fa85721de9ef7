"""What the tests of the images ask for."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docker import images
from tests.docker.engine import Engine
from tests.lab import namespace
from tests.lab.fixtures import lacking


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    """Give podman with the project's images, built of the tree as it stands, and a state that ends with the tests."""
    if not namespace.alone():
        lacking("a network of its own: run `python -m tests.lab.namespace -- pytest`, as make test does")
    if images.built() != images.recipe():
        lacking("the images of this very tree: run `make images`")
    folder = Path(tempfile.mkdtemp(prefix="telekit-"))  # short: there are sockets in it
    engine = Engine(folder, images=images.CACHE)
    yield engine
    engine.podman("rm", "--all", "--force", "--time", "0", "--volumes")
    engine.podman("volume", "prune", "--force")
    shutil.rmtree(folder)
