"""The PJSIP accounts of the agents' phones at home, upon the templates of the shipped pjsip.conf."""

from collections.abc import Iterator, Mapping

from telekit.domain.plan import Plan
from telekit.pbx.asterisk.render.notice import NOTICE
from telekit.pbx.asterisk.render.options import Options
from telekit.pbx.render import word
from telekit.pbx.render.endpoints import endpoints
from telekit.pbx.render.listener import USUAL_PORT, Listener, Transport

TRANSPORT = "telekit-transport"
PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
"""Networks in which no public address is told: RFC 1918."""


def render_accounts(plan: Plan, options: Options, passwords: Mapping[str, str]) -> str:
    """Write a transport, if telekit is to have its own, and an account for every SIP phone of the plan."""
    parts = [NOTICE]
    if options.listener is not None:
        parts.append(_transport(options.transport, options.listener))
    for endpoint, full_name in endpoints(plan).items():
        parts.append("\n".join(_account(endpoint, full_name, passwords[endpoint], options)) + "\n")
    return "\n".join(parts)


def _transport(transport: Transport, listener: Listener) -> str:
    lines = [
        f"[{TRANSPORT}]",
        "type = transport",
        f"protocol = {transport.value}",
        f"bind = {_bracketed(listener.address)}:{listener.port or USUAL_PORT[transport]}",
    ]
    if transport is Transport.TLS:
        lines += [f"cert_file = {listener.certificate}", f"priv_key_file = {listener.private_key}", "method = tlsv1_2"]
    if listener.public_address is not None:
        lines += [f"external_{part}_address = {listener.public_address}" for part in ("signaling", "media")]
        lines += [f"local_net = {net}" for net in PRIVATE]
    return "\n".join(lines) + "\n"


def _bracketed(address: str) -> str:
    return f"[{address}]" if ":" in address else address


def _account(endpoint: str, full_name: str, password: str, options: Options) -> Iterator[str]:
    shown = word.full_name(full_name) or endpoint
    yield f"[{endpoint}](telekit-phone)"
    yield f"context = {options.context}"
    yield f'callerid = "{shown}" <{endpoint}>'
    yield f"auth = {endpoint}"
    yield f"aors = {endpoint}"
    yield f"media_encryption = {'sdes' if options.srtp else 'no'}"
    yield f"[{endpoint}](telekit-phone-aor)"
    yield f"[{endpoint}](telekit-phone-auth)"
    yield f"username = {endpoint}"
    yield f"password = {word.secret(password)}"
    yield f"realm = {options.realm}"
