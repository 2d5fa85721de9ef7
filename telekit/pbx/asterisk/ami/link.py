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
from telekit.pbx.asterisk.ami.login import RefusedError, log_in
from telekit.pbx.asterisk.ami.message import EOL, Message
from telekit.pbx.asterisk.ami.patience import Patience
from telekit.pbx.asterisk.ami.reader import Limits
from telekit.pbx.asterisk.ami.request import Answer
from telekit.pbx.asterisk.ami.session import Headers, Session
from telekit.pbx.asterisk.ami.stock import give, headers_of, stock_action, view
from telekit.pbx.asterisk.ami.subscriptions import RegisteringManager, Subscriptions
from telekit.pbx.backoff import Backoff
from telekit.pbx.guard import Guard

log = logging.getLogger(__name__)

_MOST_HELD = 10_000


class Link(RegisteringManager):
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
        super().__init__(host=host, port=port, username=username, events=events)
        self._address = Address(host, port, tls)
        self._username = username
        self._secret = secret
        self._events = events
        self._patience = patience or Patience()
        self._backoff = backoff or Backoff()
        self._limits = limits or Limits()
        self._session: Session | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._subscriptions = Subscriptions()
        self._ups: list[Callable[[str], object]] = []
        self._downs: list[Callable[[str], object]] = []
        self._guard = Guard()
        self.asterisk_version = ""
        """Asterisk's version as it says it (`22.10.1`), once the link was up."""

    @property
    def up(self) -> bool:
        """Whether actions can be sent."""
        return self._session is not None and not self._session.over

    @property
    def round_trip(self) -> float:
        """How many seconds Asterisk takes to answer; 0 while the link is down."""
        return self._session.round_trip if self._session is not None else 0.0

    async def start(self, *, insist: bool = False) -> None:
        """Connect, log in and keep the link from now on; return when it is up for the first time.

        Raises `LinkError`, with a sentence that says what to do, when that fails, and gives up; with `insist` it
        goes on trying while Asterisk cannot be reached, and raises only when Asterisk refuses us.
        """
        if self._keeper is not None:
            raise RuntimeError("the link is started already")
        self.loop = asyncio.get_running_loop()
        first: asyncio.Future[None] = self.loop.create_future()
        self._keeper = self.loop.create_task(self._keep(first, insist=insist))
        self._keeper.add_done_callback(lambda _: _give_up(first))
        try:
            await first
        except BaseException:
            self.close()
            raise

    async def stop(self) -> None:
        """Say goodbye, close the link and cancel what callbacks still run."""
        keeper = self._keeper
        self.close()
        self._guard.cancel()
        if keeper is not None:
            await asyncio.wait([keeper])

    def on_up(self, callback: Callable[[str], object]) -> None:
        """Call (or run) this with Asterisk's version each time the link has come up, before the first event."""
        self._ups.append(callback)

    def on_down(self, callback: Callable[[str], object]) -> None:
        """Call (or run) this with the reason each time the link is lost; not when telekit closes it."""
        self._downs.append(callback)

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
        task = self.loop.create_task(self.start(insist=True))
        if run_forever:
            self.run_forever(on_startup, on_shutdown)
        return task

    def close(self) -> None:
        """Close the link and bring it back no more; `start` may follow."""
        keeper, self._keeper = self._keeper, None
        if keeper is not None:
            keeper.cancel()
        session, self._session = self._session, None
        if session is not None:
            session.leave()
        self.authenticated = False

    def _request(self, headers: Headers, **how: Any) -> "asyncio.Future[Answer]":
        session = self._session
        if session is None:
            raise LinkError(f"{dict(headers).get('Action')} was not sent: the link to Asterisk is down")
        return session.request(headers, **how)

    async def _keep(self, first: "asyncio.Future[None]", *, insist: bool) -> None:
        """Bring the link up again and again, until cancelled."""
        loop = asyncio.get_running_loop()
        failures, told = 0, ""
        while True:
            why: Exception
            try:
                session, held = await self._open()
                began_at = loop.time()
                self._go_up(session, held)
                if not first.done():
                    first.set_result(None)
                why = await self._hold(session)
                if loop.time() - began_at >= self._patience.steady.total_seconds():
                    failures = 0
                self._go_down(why)
            except LinkError as error:
                why = error
                if not first.done() and (isinstance(error, RefusedError) or not insist):
                    first.set_exception(error)
                    return
                if str(error) != told:
                    log.error("%s", error)
            except Exception as error:  # a bug of ours must not end the link for ever
                why = error
                log.exception("the link to Asterisk failed in an unforeseen way; it is tried again")
            told = str(why)
            failures += 1
            wait = self._backoff.refused if isinstance(why, RefusedError) else self._backoff.after(failures)
            log.info("connecting to Asterisk again in %.1f s", wait.total_seconds())
            await asyncio.sleep(wait.total_seconds())

    async def _open(self) -> tuple[Session, deque[Message]]:
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
        return session, held

    async def _hold(self, session: Session) -> LinkError:
        """Watch over a session until it ends, and return why it did."""
        watch = asyncio.create_task(session.watch(self._patience.ping_every, self._patience.ping))
        try:
            # Not awaited itself: to cancel this must not mark the session as over.
            ends: list[asyncio.Future[Any]] = [session.lost, watch]
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            session.drop(LinkError("the watch over the link ended"))
            return session.lost.result()
        finally:
            watch.cancel()

    def _go_up(self, session: Session, held: deque[Message]) -> None:
        log.info("the link to Asterisk %s at %s is up", self.asterisk_version, self._address)
        self._session = self.protocol = session
        self.authenticated = True
        session.receive = self._receive
        self._guard.call(self.on_connect, self)
        self._guard.call(self.on_login, self)
        for callback in self._ups:
            self._guard.call(callback, self.asterisk_version)
        session.receive(held)

    def _go_down(self, why: LinkError) -> None:
        log.error("the link to Asterisk is down: %s", why)
        self._session = None
        self.authenticated = False
        self._guard.call(self.on_disconnect, self, why)
        for callback in self._downs:
            self._guard.call(callback, str(why))

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


def _give_up(first: "asyncio.Future[None]") -> None:
    """Let go whoever waits for a link that was closed before it was up."""
    if not first.done():
        first.set_exception(LinkError("the link to Asterisk was closed before it was up"))
