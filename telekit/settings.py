"""The settings file `telekit.yaml`: switches, store, folders, secrets. Changing one needs a restart."""

import os
import re
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network, IPv6Network, ip_network
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)

from telekit.errors import SettingsError
from telekit.rules.complaint import diagnose
from telekit.rules.diagnostic import Diagnostic
from telekit.rules.gather import Entry
from telekit.rules.mistake import Mistake
from telekit.rules.source import read_source
from telekit.rules.tree import read_tree


def _network(value: object) -> object:
    """Read a network as a person writes it."""
    if not isinstance(value, str):
        return value
    try:
        return ip_network(value)
    except ValueError:
        pass
    try:
        hint = f"did you mean '{ip_network(value, strict=False)}'?"
    except ValueError:
        hint = "write it as 192.168.7.0/24, or one address as 192.168.7.5"
    raise Mistake(f"'{value}' is no network", hint)


def _address(value: object) -> object:
    """Read an address as a person writes it."""
    try:
        return IPv4Address(value) if isinstance(value, str) else value
    except ValueError:
        raise Mistake(f"'{value}' is no IPv4 address", "write it as 198.51.100.7, not as a name") from None


Port = Annotated[int, Field(ge=0, le=65535)]
SecretSource = Annotated[str, StringConstraints(pattern=r"^(env|file):.+$")]
Network = Annotated[IPv4Network | IPv6Network, BeforeValidator(_network)]
PublicAddress = Annotated[IPv4Address, BeforeValidator(_address)]
CompanyNumber = Annotated[str, StringConstraints(pattern=r"^\+?[0-9]{3,15}$")]

LOOPBACK = (IPv4Network("127.0.0.0/8"), IPv6Network("::1/128"))
NUMBER_SHOWN = (
    "The number of yours that those see who are called through it, never the caller's or the agent's; unless told, the "
    "number that the caller has dialled."
)


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*", mode="before")
    @classmethod
    def _refuse_nothing(cls, value: object) -> object:
        if value in ("", "~", "null"):
            raise Mistake("nothing is written here", "write a value, or leave the key out")
        return value


class AgiSettings(_Section):
    """Where telekit waits for the dialplan's calls."""

    host: str = Field("127.0.0.1", description="Address to listen on; loopback unless the switch is elsewhere.")
    port: Port = Field(4573, description="TCP port to listen on.")
    allow: tuple[Network, ...] = Field(
        LOOPBACK, description="Networks from which calls are taken; FastAGI itself knows no password."
    )


class AsteriskSettings(_Section):
    """The Asterisk beside which telekit sits."""

    host: str = Field("127.0.0.1", description="Where its manager interface (AMI) listens.")
    port: Port = Field(5038, description="TCP port of the manager interface.")
    username: str = Field("telekit", description="The account in manager.conf.")
    secret: SecretSource = Field(
        "env:TELEKIT_AMI_SECRET",
        description="Where the account's secret is: `env:NAME` or `file:PATH`, never the secret itself.",
        examples=["env:TELEKIT_AMI_SECRET", "file:/etc/telekit/ami.secret"],
    )
    trunk: str | None = Field(
        None, description="The PJSIP endpoint through which numbers (`tel:` phones) are called.", examples=["carrier"]
    )
    number: CompanyNumber | None = Field(None, description=NUMBER_SHOWN, examples=["+33199001234"])
    to_freeswitch: str | None = Field(
        None,
        description="Beside a FreeSWITCH too: the PJSIP endpoint that leads there.",
        examples=["freeswitch"],
    )


class SocketSettings(_Section):
    """Where telekit waits for the calls of FreeSWITCH's dialplan: its `socket` application connects here."""

    host: str = Field("127.0.0.1", description="Address to listen on; loopback unless the switch is elsewhere.")
    port: Port = Field(8084, description="TCP port to listen on.")
    allow: tuple[Network, ...] = Field(
        LOOPBACK, description="Networks from which calls are taken; the socket itself knows no password."
    )


class FreeSwitchSettings(_Section):
    """The FreeSWITCH beside which telekit sits; of itself, or [with an Asterisk](both-switches.md)."""

    host: str = Field("127.0.0.1", description="Where its event socket listens.")
    port: Port = Field(8021, description="TCP port of the event socket.")
    user: str = Field(
        "telekit",
        description="The user of its directory whose `esl-password` the secret is; `name@domain` where the phones' own "
        "domain is kept elsewhere, as FusionPBX keeps its: then `telekit render` writes no accounts for them.",
    )
    secret: SecretSource = Field(
        "env:TELEKIT_ESL_SECRET",
        description="Where that password is: `env:NAME` or `file:PATH`, never the password itself.",
        examples=["env:TELEKIT_ESL_SECRET", "file:/etc/telekit/esl.secret"],
    )
    domain: str = Field(
        description="The domain of its directory, of the agents' phones and of that user.", examples=["pbx.example.org"]
    )
    gateway: str | None = Field(
        None, description="The sofia gateway through which numbers (`tel:` phones) are called.", examples=["carrier"]
    )
    number: CompanyNumber | None = Field(None, description=NUMBER_SHOWN, examples=["+33199001234"])
    sounds: PurePosixPath = Field(
        PurePosixPath("/usr/share/freeswitch/sounds"),
        description="The folder on the switch with a folder of prompts for each language, `en` and `fr`.",
    )
    recordings: PurePosixPath = Field(
        PurePosixPath("/var/lib/freeswitch/recordings"),
        description="The folder on the switch below which that of `voicemail` is.",
    )
    to_asterisk: str | None = Field(
        None,
        description="Beside an Asterisk too: the sofia gateway that leads there.",
        examples=["asterisk"],
    )
    calls: SocketSettings = SocketSettings()


class CallbackSettings(_Section):
    """A second account of the same manager interface, which may only make calls: there where rules offer callbacks."""

    username: str = Field("telekit-callbacks", description="The account in manager.conf.")
    secret: SecretSource = Field(
        "env:TELEKIT_CALLBACKS_SECRET",
        description="Where its secret is, which is another than that of the first account: `env:NAME` or `file:PATH`.",
        examples=["file:/etc/telekit/callbacks.secret"],
    )


class HookSettings(_Section):
    """A program of yours that passes on to agents what they should know: see [notices](notices.md)."""

    program: Annotated[tuple[str, ...], Field(min_length=1)] | None = Field(
        None,
        description="The program, by its path, and its arguments; no shell reads them, and no secret may stand there.",
        examples=["[hooks/mail.py, --from, telekit@example.org]"],
    )
    within: Annotated[int, Field(ge=1, le=300)] = Field(
        30, description="Seconds after which it is ended, with all that it has begun."
    )
    at_once: Annotated[int, Field(ge=1, le=64)] = Field(4, description="How many of it may run at a time.")


class QueueLogSettings(_Section):
    """Rows as Asterisk's queues write them, for QueueMetrics, Asternic and whatever else reads such a file."""

    file: Path | None = Field(
        None,
        description="The file to which they are added; unless told, none are written.",
        examples=["/var/log/asterisk/queue_log"],
    )
    agents: dict[str, str] = Field(
        {},
        description="What agents are called in it, by their names in the rules, where that is another name.",
        examples=["{amina: PJSIP/204}"],
    )
    queues: dict[str, str] = Field(
        {}, description="What queues are called in it, in the same way.", examples=['{billing: "8000"}']
    )


class PhoneSettings(_Section):
    """How the agents' phones at home reach the switch; `telekit render` writes accounts from it."""

    srtp: bool = Field(True, description="Whether sound is encrypted.")
    own_transport: bool = Field(
        True,
        description="Whether telekit writes a SIP transport of its own, which the next six describe; `false` where "
        "your pjsip.conf has one that phones can come in by.",
    )
    transport: Literal["tls", "udp"] = Field("tls", description="How SIP travels from home.")
    address: str = Field("0.0.0.0", description="The switch's own address at which phones come in.")  # noqa: S104
    public_address: PublicAddress | None = Field(
        None,
        description="The address at which they find the switch where that is another: behind address translation, as "
        "at most providers of virtual machines.",
        examples=["198.51.100.7"],
    )
    port: Port | None = Field(
        None, description="The port at which they come in; unless told, 5061 for TLS, 5060 for UDP."
    )
    certificate: Path = Field(
        Path("/etc/asterisk/keys/telekit.pem"), description="The certificate that phones are shown, on the switch."
    )
    private_key: Path = Field(Path("/etc/asterisk/keys/telekit.key"), description="Its key, on the switch.")
    passwords: Path = Field(
        Path("var/phones.secret.yaml"), description="The file that keeps the phones' passwords, relative to this one."
    )

    @model_validator(mode="after")
    def _describe_no_transport_in_vain(self) -> Self:
        if not self.own_transport:
            for name in ("transport", "address", "public_address", "port", "certificate", "private_key"):
                if name in self.model_fields_set:
                    why = "describes telekit's own transport, and own_transport is false"
                    raise Mistake(why, "leave the line out, or write own_transport: true", at=(name,))
        return self


class Settings(_Section):
    """All of telekit.yaml. Paths are relative to the file."""

    rules: Path = Field(Path("rules"), description="The rule files: a folder, or one file.")
    journal: Path = Field(Path("var/telekit.db"), description="The SQLite file that keeps the journal of facts.")
    control: Path = Field(
        Path("var/telekit.sock"), description="The socket through which `telekit status` and `telekit reload` ask."
    )
    voicemail: str = Field(
        "telekit-voicemail",
        description="Folder on the switch for the messages that callers leave, as the switch names it.",
    )
    scripts: Path | None = Field(None, description="Folder with your own call scripts; each NAME.py is agi://…/NAME.")
    handlers: Path | None = Field(None, description="Folder with your own AMI event handlers written for panoramisk.")
    lookups: dict[str, SecretSource] = Field(
        {},
        description="By the name of a lookup in the rules: where the secret is that is sent as a bearer token.",
        examples=["{crm: env:CRM_TOKEN}"],
    )
    agi: AgiSettings = AgiSettings()
    asterisk: AsteriskSettings | None = None
    freeswitch: FreeSwitchSettings | None = None
    callbacks: CallbackSettings = CallbackSettings()
    hook: HookSettings = HookSettings()
    queue_log: QueueLogSettings = QueueLogSettings()
    phones: PhoneSettings = PhoneSettings()

    @model_validator(mode="before")
    @classmethod
    def _sit_beside_an_asterisk_unless_told(cls, told: Any) -> Any:
        """Take all of Asterisk's defaults where no switch is named."""
        is_told = not isinstance(told, dict) or told.keys() & {"asterisk", "freeswitch"}
        return told if is_told else {**told, "asterisk": AsteriskSettings()}

    @model_validator(mode="after")
    def _join_both_switches(self) -> Self:
        if self.asterisk is not None and self.freeswitch is not None:
            for section, key, named in (
                ("asterisk", "to_freeswitch", self.asterisk.to_freeswitch),
                ("freeswitch", "to_asterisk", self.freeswitch.to_asterisk),
            ):
                if named is None:
                    why = "beside two switches, each must lead to the other"
                    raise Mistake(why, f"name the trunk as {section}.{key}", at=(section,))
        if self.handlers is not None and self.asterisk is None:
            raise Mistake("handlers hear Asterisk's events, and there is no `asterisk`", at=("handlers",))
        return self


OF_RULES = frozenset(("agents", "shifts", "skills", "queues", "routes", "menus", "timezone", "exceptions", "lists"))
"""Sections of rules that are no settings."""
START = "settings start with a key, such as 'rules:' or 'asterisk:', at the left margin"
NO_SECRET_HERE = "a secret is never written here: name where it is, as env:NAME or file:PATH"  # noqa: S105


def load_settings(path: Path) -> Settings:
    """Read a settings file; raises `SettingsError` with every mistake and its place."""
    source = read_source(path)
    if isinstance(source, Diagnostic):
        raise SettingsError(f"{source}\nWrite the settings there, or name another file with --settings.")
    tree, mistakes = read_tree(source, START)
    if tree is not None and len(OF_RULES & tree.keys()) > len(tree) / 2:
        raise SettingsError(f"{path} holds rules, not settings: name them behind the verb, settings by --settings.")
    if tree is not None and not mistakes:
        try:
            return Settings.model_validate(tree)
        except ValidationError as error:
            mistakes = list(diagnose(Entry(source, "", tree), error, Settings))
    mistakes.sort(key=lambda mistake: (mistake.line, mistake.column))
    raise SettingsError("\n".join(map(_told, mistakes)))


def _told(mistake: Diagnostic) -> str:
    """Tell a mistake; where a secret was written, without the line that holds it."""
    if mistake.path.endswith("secret") or mistake.path.startswith("lookups."):
        return replace(mistake, message=NO_SECRET_HERE, hint="").headline
    return str(replace(mistake, excerpt=_masked(mistake.excerpt)))


def _masked(line: str) -> str:
    """Hide in a line what may be a secret, also below a misspelt key: it may be shown to somebody, or logged."""
    for pair in _PAIR.finditer(line):
        if pair["key"] not in _SHOWN:
            return line[: pair.end()] + "*" * len(line[pair.end() :])
    return line


FORMS = (
    *(Settings, AgiSettings, AsteriskSettings, CallbackSettings),
    *(FreeSwitchSettings, SocketSettings, HookSettings, QueueLogSettings, PhoneSettings),
)
_PAIR = re.compile(r"""(?P<key>[\w-]+)["']?\s*:\s+(?!["']?(env|file):)""")
_SHOWN = {name for form in FORMS for name in form.model_fields if name != "secret"}
"""Keys whose values are no secret."""


def secret_variables(settings: Settings) -> frozenset[str]:
    """Name the environment variables that hold telekit's own secrets."""
    switches = (settings.asterisk, settings.freeswitch, settings.callbacks)
    sources = (*(switch.secret for switch in switches if switch is not None), *settings.lookups.values())
    return frozenset(source.removeprefix("env:") for source in sources if source.startswith("env:"))


def read_secret(source: str, folder: Path) -> str:
    """Fetch a secret from where it is kept; `file:` paths are relative to `folder`.

    Raises `SettingsError` when it is not there, is empty, or has more than one line.
    """
    kind, _, place = source.partition(":")
    if kind == "env":
        secret = os.environ.get(place, "")
        if not secret:
            raise SettingsError(
                f"The environment variable {place} is not set: put the secret there, or name a file:PATH."
            )
    else:
        path = folder / place
        try:
            secret = path.read_text(encoding="utf-8").rstrip("\r\n")
        except OSError as error:
            raise SettingsError(
                f"The secret in {path} cannot be read ({error.strerror}): make the file readable for telekit."
            ) from error
        except UnicodeDecodeError as error:
            raise SettingsError(f"The secret in {path} is not text: it must be one plain line.") from error
    if not secret or any(ord(character) < 32 for character in secret):
        raise SettingsError(f"The secret from {source} is empty or has more than one line: it must be one plain line.")
    return secret
