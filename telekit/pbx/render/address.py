"""Where a switch finds telekit."""

EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104  (nothing is bound to it here)
"""Where telekit may listen, but what is no address to call: then this machine is meant."""


def called(host: str) -> str:
    """Write the host at which telekit listens as a dialplan calls it, before a port."""
    host = "127.0.0.1" if host in EVERYWHERE else host
    return f"[{host}]" if ":" in host else host
