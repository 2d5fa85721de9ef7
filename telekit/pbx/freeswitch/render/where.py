"""Where telekit waits for calls and where the prompts are, written into the shipped dialplan."""

from telekit.errors import SettingsError
from telekit.pbx.freeswitch.render.options import Options
from telekit.pbx.render.address import called

USUAL_SOCKET, USUAL_SOUNDS = "127.0.0.1:8084 async full", "/usr/share/freeswitch/sounds/"
"""How the shipped dialplan.xml says them."""


def calling_telekit(dialplan: str, options: Options) -> str:
    """Give the shipped dialplan with the installation's own values; raises `SettingsError` for another dialplan."""
    if USUAL_SOCKET not in dialplan or USUAL_SOUNDS not in dialplan:
        raise SettingsError("the shipped dialplan.xml does not say where telekit is: install telekit again with pip")
    socket = f"{called(options.calls_host)}:{options.calls_port:d} async full"
    return dialplan.replace(USUAL_SOCKET, socket).replace(USUAL_SOUNDS, f"{options.sounds}/")
