"""What every switch of the lab has."""

from pathlib import Path
from typing import Protocol

from tests.lab.settings import Ports
from tests.lab.tree import Tree


class LabSwitch(Protocol):
    """A real Asterisk or FreeSWITCH whose whole world is one folder."""

    folder: Path
    tree: Tree
    ports: Ports

    @property
    def certificate(self) -> Path: ...
    @property
    def log(self) -> str:
        """Return all that it logged since its folder was made."""

    async def start(self) -> None: ...
    async def stop(self) -> None: ...
    async def kill(self) -> None: ...
