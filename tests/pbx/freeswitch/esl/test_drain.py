"""What is read in a thread of its own, as the other side notices it."""

import select
import socket
from contextlib import suppress

import pytest

from telekit.pbx.freeswitch.esl.drain import Drain

PATIENCE = 40.0


def full() -> tuple[socket.socket, socket.socket]:
    """Give two ends of which the first has sent until nothing more went."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        sends = socket.create_connection(server.getsockname())
        reads, _ = server.accept()
    sends.setblocking(False)
    reads.setblocking(False)
    with suppress(BlockingIOError):
        while True:
            sends.send(bytes(65536))
    return sends, reads


def go_on(sends: socket.socket) -> None:
    """Send whenever there is room, until there is none for so long."""
    poll = select.poll()
    poll.register(sends, select.POLLOUT)
    while poll.poll(1000 * PATIENCE):
        sends.send(bytes(65536))


async def test_who_is_left_notices_it_though_its_buffers_were_full_and_the_event_loop_is_busy() -> None:
    sends, reads = full()
    kept = reads.dup()  # as the transport keeps one, which the busy loop cannot close
    drain = Drain(reads, lambda _: None, lambda _: None, most=1)
    with sends, kept, pytest.raises((BrokenPipeError, ConnectionResetError)):
        go_on(sends)
    drain.stop()
