"""Connections whose other end may vanish without a word: its machine, or the network in between."""

import socket


def keep_alive(connection: socket.socket) -> None:
    """Have the kernel notice within a minute that the other machine is gone, also in a call that lasts for hours."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 30)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 10)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 3)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 60_000)  # for what was sent, which is not asked
