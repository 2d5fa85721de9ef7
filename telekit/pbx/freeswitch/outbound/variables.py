"""The caller's channel's own variables that telekit changes for a while, and what they were when it came."""

from collections.abc import Awaitable, Callable, Iterable, Mapping

LED_ON = "socket_resume"
"""The variable of a caller whom the dialplan leads on at once when telekit is lost, whatever they hear.

Without it music would go on for ever; a conversation shall go on, and a message.
Source: FreeSWITCH mod_event_socket.c, listener_run, socket_function.
"""
EXPORTED = "export_vars"
"""Names those which whoever is called has too; they are copied as they are, and never read as a part of a command."""
PUT_BACK = (
    EXPORTED,
    "playback_terminators",
    "timezone",
    "hangup_after_bridge",
    "continue_on_fail",
    "ringback",
    "transfer_ringback",
)


class Variables:
    """Those of one channel; `put` sets one of them."""

    def __init__(self, channel: Mapping[str, str], put: Callable[[str, str], Awaitable[None]]) -> None:
        self._put = put
        self._found = {name: channel.get(f"variable_{name}", "") for name in PUT_BACK}
        self._set = {**self._found, LED_ON: channel.get(f"variable_{LED_ON}", "false")}

    async def let(self, name: str, value: str) -> None:
        """Set one, if it is not so already."""
        if self._set.get(name) != value:
            await self._put(name, value)
            self._set[name] = value

    async def put_back(self) -> None:
        """Let the dialplan find them as they were; it finds `socket_resume` as telekit leaves it."""
        for name, value in self._found.items():
            await self.let(name, value)

    def exporting(self, names: Iterable[str]) -> str:
        """Give what is exported: what the dialplan exports, and these."""
        return ",".join(dict.fromkeys(filter(None, (*self._found[EXPORTED].split(","), *names))))
