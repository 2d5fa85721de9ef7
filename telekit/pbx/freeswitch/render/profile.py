"""The sofia profile by which agents' phones at home come in."""

from collections.abc import Iterator

from telekit.pbx.freeswitch.render.element import element, included, param
from telekit.pbx.freeswitch.render.options import Options
from telekit.pbx.render.listener import USUAL_PORT, Listener, Transport

PROFILE = "telekit-phones"
"""Not the name of a domain: FreeSWITCH's own profile takes every domain's name as another name of its own."""


def render_profile(options: Options, listener: Listener) -> str:
    """Write the profile."""
    settings = (param(name, value) for name, value in settings_of(options, listener))
    domains = element("domains", element("domain", name=options.domain, alias="false", parse="false"))
    return included([element("profile", domains, element("settings", *settings), name=PROFILE)])


def settings_of(options: Options, listener: Listener) -> Iterator[tuple[str, str]]:
    """Give the profile's settings."""
    port = str(listener.port or USUAL_PORT[options.transport])
    here = "auto" if listener.address in ("0.0.0.0", "::") else listener.address  # noqa: S104
    yield "sip-ip", here
    yield "rtp-ip", here
    if listener.public_address is not None:
        yield "ext-sip-ip", listener.public_address
        yield "ext-rtp-ip", listener.public_address
    if options.transport is Transport.TLS:
        yield "tls", "true"
        yield "tls-only", "true"
        yield "tls-bind-params", "transport=tls"
        yield "tls-sip-port", port
        yield "tls-cert-dir", options.certificates
        yield "tls-version", "tlsv1.2"
    else:
        yield "sip-port", port
    if options.srtp:
        yield "require-secure-rtp", "true"
    yield "dialplan", "XML"
    yield "context", "telekit-agents"
    yield "inbound-codec-prefs", "G722,PCMA,PCMU"
    yield "outbound-codec-prefs", "G722,PCMA,PCMU"
    yield "inbound-late-negotiation", "true"
    yield "rtp-timer-name", "soft"
    yield "dtmf-type", "rfc2833"
    # Whoever calls or registers shows a password, and is the one whose it is; failures are in the log for fail2ban.
    yield "auth-calls", "true"
    yield "auth-subscriptions", "true"
    yield "accept-blind-reg", "false"
    yield "accept-blind-auth", "false"
    yield "inbound-reg-force-matching-username", "true"
    yield "log-auth-failures", "true"
    yield "nonce-ttl", "60"
    yield "manage-presence", "false"
    # Whatever address of this machine a phone was told, its account is in this one domain.
    for name in ("force-register-domain", "force-register-db-domain", "force-subscription-domain", "challenge-realm"):
        yield name, options.domain
    # One phone a person: a new registration replaces the old one, which after a change of address is dead.
    yield "multiple-registrations", "false"
    yield "sip-force-expires", "120"
    # Seconds: how often a phone is asked whether it lives, which also keeps the router's door open.
    yield "all-reg-options-ping", "true"
    yield "ping-mean-interval", "30"
    yield "unregister-on-options-fail", "true"
    yield "apply-nat-acl", "nat.auto"
    yield "aggressive-nat-detection", "true"
    # Behind a router at home, a phone is reached by the connection that it opened.
    yield "tls-always-nat", "true"
    yield "disable-transcoding", "false"
