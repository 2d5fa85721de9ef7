"""Reading a connection in a thread of its own, so that FreeSWITCH never waits for telekit.

A client that does not read holds up the whole switch: other clients' commands, and calls with them. So what comes is
taken at once, also while the event loop is busy with something slow. What has come and is not yet looked at is bounded:
when it grows beyond that, the connection is ended, for what is alive can be asked anew.
"""

import asyncio
import select
import socket
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from telekit.errors import LinkError, in_words

AT_ONCE = 256 * 1024
"""Bytes of one read, and the least that are looked at in one turn of the loop."""
MOST = 64 * 1024 * 1024
"""Bytes that may wait to be looked at: some 600 calls' events."""


class Drain:
    """Takes what comes on a socket, and hands it to the event loop bit by bit, in order."""

    def __init__(
        self,
        connection: socket.socket,
        receive: Callable[[bytes], None],
        end: Callable[[LinkError], None],
        *,
        most: int = MOST,
    ) -> None:
        """Read a non-blocking socket from now on, which is closed in the end; call both from the running loop.

        `end` is called once, after the last of `receive`, unless `stop` was called before.
        """
        self._connection = connection
        self._receive = receive
        self._end = end
        self._most = most
        self._loop = asyncio.get_running_loop()
        self._lock = threading.Lock()
        self._waiting: deque[bytes] = deque()
        self._size = 0
        self._why: LinkError | None = None
        self._woken = False
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="freeswitch-reader", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Read no more, and tell no more."""
        self._stopped = True
        self._shut()

    def _run(self) -> None:
        poll = select.poll()
        poll.register(self._connection, select.POLLIN)
        with self._connection:
            why = None
            while why is None and not self._stopped:
                poll.poll()
                why = self._take()
            with self._lock:
                self._why = why
            self._wake()

    def _take(self) -> LinkError | None:
        """Read what is there; give why nothing more will come."""
        try:
            data = self._connection.recv(AT_ONCE)
        except BlockingIOError:
            return None
        except OSError as error:
            return LinkError(f"the connection to FreeSWITCH broke ({in_words(error)})")
        if not data:
            return LinkError("FreeSWITCH closed the connection")
        with self._lock:
            self._waiting.append(data)
            self._size += len(data)
            is_behind = self._size > self._most
        self._wake()
        if is_behind:
            self._shut()
            self._let_go()
            return LinkError(
                "telekit was too busy to look at what FreeSWITCH told, and has ended the connection so as not to hold "
                "it up; what is alive is asked anew"
            )
        return None

    def _shut(self) -> None:
        with suppress(OSError):  # of one that is down already
            self._connection.shutdown(socket.SHUT_RDWR)

    def _let_go(self) -> None:
        """Throw away what is there still: with its buffers full, the other side would not notice that we have left."""
        with suppress(OSError):
            while self._connection.recv(AT_ONCE):
                pass

    def _wake(self) -> None:
        with self._lock:
            if self._woken:
                return
            self._woken = True
        with suppress(RuntimeError):  # of a loop that is closed: nobody is there to be told
            self._loop.call_soon_threadsafe(self._hand_over)

    def _hand_over(self) -> None:
        with self._lock:
            taken = bytearray()
            while self._waiting and len(taken) < AT_ONCE:
                taken += self._waiting.popleft()
            self._size -= len(taken)
            is_empty = not self._waiting
            self._woken = not is_empty
            why = self._why if is_empty else None
        if self._stopped:
            return
        if taken:
            self._receive(bytes(taken))
        if not is_empty:
            self._loop.call_soon(self._hand_over)
        elif why is not None and not self._stopped:
            self._stopped = True
            self._end(why)
