"""Where telekit waits for calls, written into the shipped dialplan."""

from telekit.errors import SettingsError
from telekit.pbx.asterisk.render.options import Options
from telekit.pbx.render.address import called

USUAL_HOST, USUAL_PORT = "?127.0.0.1:$", "?4573:$"
"""How the shipped extensions.conf says where telekit is, unless a global of the administrator's says otherwise."""


def calling_telekit(dialplan: str, options: Options) -> str:
    """Give the shipped dialplan with telekit's own address in it; raises `SettingsError` for another dialplan."""
    if USUAL_HOST not in dialplan or USUAL_PORT not in dialplan:
        raise SettingsError("the shipped extensions.conf does not say where telekit is: install telekit again with pip")
    return dialplan.replace(USUAL_HOST, f"?{called(options.agi_host)}:$").replace(
        USUAL_PORT, f"?{options.agi_port:d}:$"
    )
