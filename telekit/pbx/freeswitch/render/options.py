"""What the settings say of the files to write for FreeSWITCH."""

from dataclasses import dataclass, field
from datetime import timedelta

from telekit.errors import SettingsError
from telekit.pbx.render import word
from telekit.pbx.render.listener import Listener, Transport
from telekit.pbx.render.stretches import KNOWN

CERTIFICATES = "/etc/freeswitch/tls"
"""Where FreeSWITCH itself looks for them."""


@dataclass(frozen=True, slots=True)
class Options:
    """Everything but the plan that the files depend on.

    Raises `SettingsError` for a value that a file of FreeSWITCH's cannot hold.
    """

    domain: str
    """That of the directory, of the agents' phones and of telekit's user."""
    user: str = "telekit"
    control: str | None = None
    """The domain of that user where it is another one: then the phones' accounts are the administrator's own."""
    calls_host: str = "127.0.0.1"
    """Where FreeSWITCH reaches telekit."""
    calls_port: int = 8084
    transport: Transport = Transport.TLS
    srtp: bool = True
    listener: Listener | None = field(default_factory=Listener)
    """None where the administrator's own profile takes the phones in."""
    certificates: str = CERTIFICATES
    """The folder with agent.pem, the certificate and its key, and cafile.pem."""
    gateway: str | None = None
    """The sofia gateway through which numbers are rung; None: agents' `tel:` phones are left out."""
    number: str | None = None
    """What those numbers are shown; None: what the caller has dialled."""
    sounds: str = "/usr/share/freeswitch/sounds"
    messages: str = "/var/lib/freeswitch/recordings/telekit-voicemail"
    """The folder for callers' messages."""
    known: timedelta = KNOWN
    """How far ahead the fallback knows every day exactly; after that it keeps to what surely holds."""

    def __post_init__(self) -> None:
        """Refuse what would be read as more than one value."""
        names = {
            "freeswitch.domain": self.domain,
            "freeswitch.user's domain": self.control or self.domain,
            "freeswitch.user": self.user,
            "freeswitch.gateway": "none" if self.gateway is None else self.gateway,
        }
        for name, value in names.items():
            if not word.is_name(value):
                raise SettingsError(f"{name} is {value!r}: it has letters, digits and - _ . only.")
        address = self.listener.address if self.listener else "none"
        hosts = {"freeswitch.calls.host": self.calls_host, "phones.address": address}
        for name, value in hosts.items():
            if not word.is_host(value):
                raise SettingsError(f"{name} is {value!r}: expected a host's name or address.")
        for value in (self.certificates, self.sounds, self.messages):
            if not word.is_path(value):
                raise SettingsError(f"{value!r} cannot stand in FreeSWITCH's files: letters, digits and - _ . / only.")
