"""The AMI accounts with their secrets, upon the templates of the shipped manager.conf."""

from telekit.pbx.asterisk.render.notice import NOTICE
from telekit.pbx.asterisk.render.options import Options
from telekit.pbx.render import word
from telekit.pbx.render.passwords import Secrets


def render_account(options: Options, secrets: Secrets) -> str:
    """Write the account as which telekit logs in to the manager interface, and that by which it makes calls, if any."""
    parts = [NOTICE, _account(options.ami_user, "telekit-account", secrets.account)]
    if secrets.calls is not None:
        parts.append(_account(options.calls_user, "telekit-calls", secrets.calls))
    return "\n".join(parts)


def _account(user: str, template: str, secret: str) -> str:
    return f"[{word.name(user)}]({template})\nsecret = {word.secret(secret)}\n"
