"""What the settings say of the files to write."""

from dataclasses import dataclass, field
from datetime import timedelta

from telekit.errors import SettingsError
from telekit.pbx.render import word
from telekit.pbx.render.listener import Listener, Transport
from telekit.pbx.render.stretches import KNOWN


@dataclass(frozen=True, slots=True)
class Options:
    """Everything but the plan that the files depend on.

    Raises `SettingsError` for a value that a file of Asterisk's cannot hold.
    """

    transport: Transport = Transport.TLS
    srtp: bool = True
    listener: Listener | None = field(default_factory=Listener)
    """None where the administrator's own pjsip.conf has a transport already."""
    agi_host: str = "127.0.0.1"
    """Where Asterisk reaches telekit."""
    agi_port: int = 4573
    ami_user: str = "telekit"
    calls_user: str = "telekit-callbacks"
    """The account that makes calls."""
    realm: str = "telekit"
    trunk: str | None = None
    """The PJSIP endpoint through which numbers are rung; None: agents' `tel:` phones are left out."""
    number: str | None = None
    """What those numbers are shown; None: what the caller has dialled, where the dialplan knows it."""
    voicemail: str = "telekit-voicemail"
    """The folder for messages; a relative one is below Asterisk's spool folder."""
    context: str = "telekit-agents"
    """Where the agents' phones dial."""
    known: timedelta = KNOWN
    """How far ahead the fallback knows every day exactly; after that it keeps to what surely holds."""

    def __post_init__(self) -> None:
        """Refuse what would be read as more than one value."""
        words = {
            "asterisk.username": self.ami_user,
            "callbacks.username": self.calls_user,
            "phones.realm": self.realm,
            "phones.context": self.context,
            "asterisk.trunk": "none" if self.trunk is None else self.trunk,
        }
        for name, value in words.items():
            if not word.is_name(value):
                raise SettingsError(f"{name} is {value!r}: it has letters, digits and - _ . only.")
        if self.calls_user == self.ami_user:
            raise SettingsError("callbacks.username is that of asterisk.username: it is another account.")
        hosts = {"agi.host": self.agi_host, "phones.address": self.listener.address if self.listener else "none"}
        for name, value in hosts.items():
            if not word.is_host(value):
                raise SettingsError(f"{name} is {value!r}: expected a host's name or address.")
        paths = [self.voicemail, *((self.listener.certificate, self.listener.private_key) if self.listener else ())]
        for value in paths:
            if not word.is_path(value):
                raise SettingsError(f"{value!r} cannot stand in Asterisk's files: letters, digits and - _ . / only.")
