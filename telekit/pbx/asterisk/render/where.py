"""Where telekit waits for calls, written into the shipped dialplan."""

from telekit.errors import SettingsError
from telekit.pbx.asterisk.render.options import Options

USUAL_HOST, USUAL_PORT = "?127.0.0.1:$", "?4573:$"
"""How the shipped extensions.conf says where telekit is, unless a global of the administrator's says otherwise."""
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104  (nothing is bound to it here)
"""Where telekit may listen, but what is no address to call: then this machine is meant."""


def calling_telekit(dialplan: str, options: Options) -> str:
    """Give the shipped dialplan with telekit's own address in it; raises `SettingsError` for another dialplan."""
    if USUAL_HOST not in dialplan or USUAL_PORT not in dialplan:
        raise SettingsError("the shipped extensions.conf does not say where telekit is: install telekit again with pip")
    host = "127.0.0.1" if options.agi_host in EVERYWHERE else options.agi_host
    called = f"?{f'[{host}]' if ':' in host else host}:$"
    return dialplan.replace(USUAL_HOST, called).replace(USUAL_PORT, f"?{options.agi_port:d}:$")
