"""What the contexts are called to which callers are sent on; the same on every switch, as some stand in their files."""

from telekit.pbx.render import word

VOICEMAIL = "telekit-voicemail"


def queue_context(name: str) -> str:
    """Name the context in which callers wait for a queue."""
    return f"telekit-queue-{word.name(name)}"


def menu_context(name: str) -> str:
    """Name the context of a menu."""
    return f"telekit-menu-{word.name(name)}"
