"""Where telekit waits for calls and where the prompts are, written into the shipped dialplan."""

from telekit.errors import SettingsError
from telekit.pbx.freeswitch.render.options import Options

USUAL_SOCKET, USUAL_SOUNDS = "127.0.0.1:8084 async full", "/usr/share/freeswitch/sounds/"
"""How the shipped dialplan.xml says them."""
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104  (nothing is bound to it here)
"""Where telekit may listen, but what is no address to call: then this machine is meant."""


def calling_telekit(dialplan: str, options: Options) -> str:
    """Give the shipped dialplan with the installation's own values; raises `SettingsError` for another dialplan."""
    if USUAL_SOCKET not in dialplan or USUAL_SOUNDS not in dialplan:
        raise SettingsError("the shipped dialplan.xml does not say where telekit is: install telekit again with pip")
    host = "127.0.0.1" if options.calls_host in EVERYWHERE else options.calls_host
    called = f"{f'[{host}]' if ':' in host else host}:{options.calls_port:d}"
    return dialplan.replace(USUAL_SOCKET, f"{called} async full").replace(USUAL_SOUNDS, f"{options.sounds}/")
