"""The one link to Asterisk's manager interface."""

import asyncio
import logging
import ssl
from collections import deque
from collections.abc import Callable, Iterable, MutableMapping, Sequence
from datetime import timedelta
from typing import Any

from telekit.errors import LinkError, SwitchError
from telekit.pbx.asterisk.ami.connection import Address, open_session
from telekit.pbx.asterisk.ami.errand import Errand, errand_of
from telekit.pbx.asterisk.ami.login import log_in
from telekit.pbx.asterisk.ami.message import EOL, Message
from telekit.pbx.asterisk.ami.patience import Patience
from telekit.pbx.asterisk.ami.reader import Limits
from telekit.pbx.asterisk.ami.request import Answer
from telekit.pbx.asterisk.ami.session import Headers, Session
from telekit.pbx.asterisk.ami.stock import give, headers_of, stock_action, view
from telekit.pbx.asterisk.ami.subscriptions import RegisteringManager, Subscriptions
from telekit.pbx.backoff import Backoff
from telekit.pbx.kept_link import Insist, KeptLink, Opened

log = logging.getLogger(__name__)

_MOST_HELD = 10_000


class Link(KeptLink[Session], RegisteringManager):
    """Keeps one connection to Asterisk, brings it back when it is lost, and tells when it is up and down.

    telekit's own code uses `ask`, `ask_list` and `subscribe`; code written for panoramisk finds its `Manager` here:
    `register_event`, `send_action`, `send_command`, `connect`, `close` and the hooks `on_connect`, `on_login` and
    `on_disconnect` (set as attributes). No action is ever sent twice: what was under way when the link was lost fails
    with `LinkError`, and what is sent while it is down fails at once.
    """

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 5038,
        username: str = "",
        secret: str = "",
        *,
        tls: ssl.SSLContext | None = None,
        events: str = "on",
        patience: Patience | None = None,
        backoff: Backoff | None = None,
        limits: Limits | None = None,
    ) -> None:
        RegisteringManager.__init__(self, host=host, port=port, username=username, events=events)
        self._address = Address(host, port, tls)
        self._patience = patience or Patience()
        KeptLink.__init__(self, "Asterisk", self._address, self._patience, backoff)
        self._username = username
        self._secret = secret
        self._events = events
        self._limits = limits or Limits()
        self._subscriptions = Subscriptions()
        self.asterisk_version = ""
        """Asterisk's version as it says it (`22.10.1`), once the link was up."""

    async def start(self, *, insist: Insist = Insist.NO) -> None:
        self.loop = asyncio.get_running_loop()
        await KeptLink.start(self, insist=insist)

    def subscribe(self, pattern: str, callback: Callable[[Message], object]) -> None:
        """Give every event whose name matches (`DialEnd`, `Dial*`) to a callback, once however many patterns match."""
        self._subscriptions.add(pattern, callback)

    def unsubscribe(self, pattern: str, callback: Callable[[Message], object]) -> None:
        """Undo one `subscribe`; it is no fault when there was none."""
        self._subscriptions.remove(pattern, callback)

    def publish(self, event: str, **headers: str) -> None:
        """Give an event of telekit's own to whoever subscribes to it by name; values are one line each."""
        self._receive((Message(EOL.join([f"Event: {event}", *(f"{name}: {each}" for name, each in headers.items())])),))

    async def ask(self, action: str, /, *, timeout: timedelta | None = None, **headers: str | Sequence[str]) -> Message:
        """Send one action and return the response; a list as value is a repeated header.

        Raises `LinkError` when the link is down, is lost before the answer or the answer does not come in time, and
        `UnsafeValue` for a control character. A refusal is a response: look at its `ok`.
        """
        pairs = headers_of({"Action": action, **headers})
        answer = await self._request(pairs, timeout=timeout or self._patience.answer, as_list=False)
        return answer.response

    async def ask_list(
        self, action: str, /, *, timeout: timedelta | None = None, **headers: str | Sequence[str]
    ) -> tuple[Message, ...]:
        """Send an action that is answered with a list of events, and return them; raises as `ask` does.

        Raises `SwitchError` when Asterisk refuses.
        """
        pairs = headers_of({"Action": action, **headers})
        answer = await self._request(pairs, timeout=timeout or self._patience.answer)
        if not answer.ok:
            raise SwitchError(f"Asterisk refused {action}: {answer.text or 'no reason given'}")
        return answer.items

    def send_action(
        self, action: MutableMapping[str, Any], as_list: bool | None = None, **headers: Any
    ) -> "asyncio.Future[Any]":
        """Send an action as panoramisk does; the future gives its `Message`, or the list of them.

        The future fails with `LinkError` where panoramisk's would wait for ever, or send the action a second time.
        Raises `UnsafeValue` for a control character.
        """
        action.update(headers)
        stocked = stock_action(action, as_list)
        errand = errand_of(headers_of(stocked), as_list, self._patience.answer)
        self.run(errand, lambda done: give(stocked.future, done))
        return stocked.future

    def run(self, errand: Errand, done: Callable[[Answer | LinkError], object]) -> None:
        """Send a handler's action; `done` is called once, with the answer or with why there is none.

        Raises `UnsafeValue` or `SwitchError` for what must not or cannot be sent.
        """
        try:
            answer = self._request(errand.headers, timeout=errand.timeout, as_list=errand.as_list, follow=errand.follow)
        except LinkError as error:
            done(error)
            return

        def finish(future: "asyncio.Future[Answer]") -> None:
            if not future.cancelled():
                error = future.exception()
                done(error if isinstance(error, LinkError) else errand.settle(future.result()))

        answer.add_done_callback(finish)

    def connect(self, run_forever: bool = False, on_startup: Any = None, on_shutdown: Any = None) -> Any:
        """Start the link as panoramisk does: at once, in the background, trying for ever; the task ends when it is up.

        A refused login fails the task. Use `start` to be told at once of an Asterisk that cannot be reached.
        """
        self.loop = self.loop or asyncio.get_event_loop()
        task = self.loop.create_task(self.start(insist=Insist.WHILE_AWAY))
        if run_forever:
            self.run_forever(on_startup, on_shutdown)
        return task

    def close(self) -> None:
        KeptLink.close(self)
        self.authenticated = False

    def _request(self, headers: Headers, **how: Any) -> "asyncio.Future[Answer]":
        session = self._session
        if session is None:
            raise LinkError(f"{dict(headers).get('Action')} was not sent: the link to Asterisk is down")
        return session.request(headers, **how)

    async def _open(self) -> Opened[Session]:
        """Connect, log in and wait until Asterisk has booted; what it tells meanwhile is held back, in order."""
        patience = self._patience
        # Bounded: after so many events the survey that follows tells more than the first of them.
        held: deque[Message] = deque(maxlen=_MOST_HELD)
        booted: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def hold(messages: Iterable[Message]) -> None:
            for message in messages:
                held.append(message)
                if message.event == "FullyBooted" and not booted.done():
                    booted.set_result(None)

        session = await open_session(self._address, hold, self._limits, patience.connect)
        try:
            self.asterisk_version = await log_in(
                session, self._username, self._secret, events=self._events, patience=patience.login
            )
            if self._events == "on" or "system" in self._events:
                either: list[asyncio.Future[Any]] = [booted, session.lost]
                await asyncio.wait(
                    either,
                    timeout=patience.boot.total_seconds(),
                    return_when=asyncio.FIRST_COMPLETED,
                )
                if not booted.done() and not session.over:
                    log.warning(
                        "Asterisk did not say that it has booted; give the manager account %r 'system' in its read= "
                        "line, or after a restart of Asterisk telekit may count phones before they are loaded",
                        self._username,
                    )
            if session.over:
                raise session.lost.result()
        except BaseException as error:
            session.drop(error if isinstance(error, LinkError) else LinkError("telekit gave up connecting"))
            raise

        def begin() -> None:
            session.receive = self._receive
            session.receive(held)

        return Opened(session, self.asterisk_version, begin)

    def _go_up(self, opened: Opened[Session]) -> None:
        self._session = self.protocol = opened.session
        self.authenticated = True
        self._guard.call(self.on_connect, self)
        self._guard.call(self.on_login, self)
        super()._go_up(opened)

    def _go_down(self, why: LinkError) -> None:
        self._session = None
        self.authenticated = False
        self._guard.call(self.on_disconnect, self, why)
        super()._go_down(why)

    def _receive(self, messages: Iterable[Message]) -> None:
        # The hot path of a busy switch: two look-ups for an event that nobody wants, and nothing parsed for nobody.
        subscribed, registered, guard = self._subscriptions.of, self.callbacks_of, self._guard
        for message in messages:
            event = message.event
            for subscriber in subscribed[event]:
                try:
                    result = subscriber(message)
                except (Exception, asyncio.CancelledError) as error:
                    guard.failed(subscriber, error)
                else:
                    if result is not None:
                        guard.keep(subscriber, result)
            if callbacks := registered[event]:
                seen = view(message, self)
                for callback in callbacks:
                    guard.call(callback, self, seen)
            if self._session is None:  # closed by a callback
                return
