"""What a call script is."""

from collections.abc import Awaitable, Callable

from telekit.pbx.port import Call

Script = Callable[[Call], Awaitable[None]]
"""Lead one caller; done when it returns. `CallerGone` may pass out of it."""
FindScript = Callable[[str], Script | None]
"""Give the script of a name, or None."""
