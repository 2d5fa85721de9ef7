"""The verbs of a call that are made of others, the same on every switch."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Collection
from datetime import timedelta
from typing import Protocol, TypeVar

from telekit.domain.names import CallId
from telekit.errors import CallerGone, LinkError, SwitchError
from telekit.pbx import word

T = TypeVar("T")


class Verbs(ABC):
    """What every call does alike."""

    async def menu(
        self,
        *prompts: str,
        choices: Collection[str],
        tries: int = 3,
        timeout: timedelta = timedelta(seconds=5),
        invalid: str | None = None,
    ) -> str | None:
        for attempt in range(tries):
            if attempt and invalid is not None:
                await self.play(invalid)
            key = await self._choose(*prompts, timeout=timeout)
            if key and key in choices:
                return key
        return None

    @abstractmethod
    async def play(self, *prompts: str, interrupt: str = "") -> str: ...

    @abstractmethod
    async def _choose(self, *prompts: str, timeout: timedelta) -> str:
        """Play prompts and wait for one key, which may come meanwhile."""


class Session(Protocol):
    """The connection that leads a caller."""

    @property
    def hung_up(self) -> bool: ...
    @property
    def lost(self) -> LinkError | None: ...
    @property
    def gone(self) -> "asyncio.Future[None]":
        """Done as soon as the caller has hung up or the connection is lost."""


class SessionVerbs(Verbs):
    """What every call does alike that is led over a connection of its own."""

    id: CallId
    dialed: str
    over: bool
    session: Session
    _music: str | None
    _number: str | None
    """A number of the company's that is shown outside, from the settings."""

    def __repr__(self) -> str:
        return f"<call {self.id} to {self.dialed!r}>"

    async def play(self, *prompts: str, interrupt: str = "") -> str:
        for prompt in prompts:
            key = await self._play(prompt, interrupt)
            if key:
                return key
        return ""

    async def until(self, done: Awaitable[T]) -> T:
        future = asyncio.ensure_future(done)
        owned = future is not done
        try:
            if self._music is not None and not self._music_plays:
                await asyncio.sleep(0)  # what is there already need not be waited for with music
                if not future.done():
                    await self.music_on(self._music)
            self._check()
            await asyncio.wait((future, self.session.gone), return_when=asyncio.FIRST_COMPLETED)
            if not future.done():
                self._check()
            return future.result()
        finally:
            if owned and not future.done():
                future.cancel()

    async def _choose(self, *prompts: str, timeout: timedelta) -> str:
        return await self.play(*prompts, interrupt=word.KEYS) or await self._wait_for_key(timeout)

    @abstractmethod
    async def music_on(self, kind: str = "default") -> None: ...

    @property
    @abstractmethod
    def _music_plays(self) -> bool:
        """Whether what the caller hears now is the music that is on."""

    @abstractmethod
    async def _play(self, prompt: str, interrupt: str) -> str:
        """Play one prompt, and give the key that stopped it."""

    @abstractmethod
    async def _wait_for_key(self, timeout: timedelta) -> str: ...

    def _check(self) -> None:
        """Raise what the port says where no verb can follow."""
        if self.over:
            raise SwitchError(f"The script has ended call {self.id} already: no verb can follow.")
        if self.session.hung_up:
            raise self._caller_gone()
        if self.session.lost is not None:
            raise self.session.lost

    def _shown(self, own: str | None = None) -> str | None:
        """Give the number of the company's that a number is shown, where one is known."""
        return self._number or next(filter(word.is_number, (own or "", self.dialed)), None)

    def _caller_gone(self) -> CallerGone:
        return CallerGone(f"The caller of {self.id} has hung up.")
