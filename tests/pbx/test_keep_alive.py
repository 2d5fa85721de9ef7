"""A connection whose other end has vanished is given up by the kernel."""

import socket

from telekit.pbx.keep_alive import keep_alive


def test_the_kernel_asks_after_half_a_minute_and_gives_up_within_another() -> None:
    with socket.socket() as connection:
        keep_alive(connection)
        idle, every, times = (
            connection.getsockopt(socket.IPPROTO_TCP, option)
            for option in (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT)
        )
        assert connection.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        assert idle + every * times <= 60
        assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 60_000
