"""PJSIP accounts of the lab's own, for tests that need no more of telekit."""

from collections.abc import Sequence

CALLERS = "127.0.1.0/24"  # where the lab's callers live, one address each


def phone(name: str, password: str, *, context: str = "phones", tls: bool = False, qualify: int = 0) -> str:
    """Return the account of one phone: it registers with a password and must give it for calls too.

    Asterisk asks it every `qualify` seconds whether it is there, if not 0.
    """
    transport = "transport-tls" if tls else "transport-udp"
    encryption = "media_encryption = sdes\n" if tls else ""
    return f"""
[{name}]
type = endpoint
transport = {transport}
context = {context}
disallow = all
allow = alaw,ulaw
auth = {name}
aors = {name}
direct_media = no
rewrite_contact = yes
rtp_symmetric = yes
{encryption}
[{name}]
type = auth
auth_type = userpass
username = {name}
password = {password}

[{name}]
type = aor
max_contacts = 1
remove_existing = yes
qualify_frequency = {qualify}
"""


def trunk(name: str = "carrier", *, context: str = "from-carrier", callers: Sequence[str] = (CALLERS,)) -> str:
    """Return the endpoint by which calls from outside arrive, known by the callers' addresses."""
    return f"""
[{name}]
type = endpoint
transport = transport-udp
context = {context}
disallow = all
allow = alaw,ulaw
direct_media = no
trust_id_inbound = yes

[{name}]
type = identify
endpoint = {name}
match = {",".join(callers)}
"""
