"""The AMI account with its secret, upon the template of the shipped manager.conf."""

from telekit.pbx.asterisk.render import word
from telekit.pbx.asterisk.render.file import NOTICE


def render_account(user: str, secret: str) -> str:
    """Write the account as which telekit logs in to the manager interface."""
    return f"{NOTICE}\n[{word.name(user)}](telekit-account)\nsecret = {word.secret(secret)}\n"
