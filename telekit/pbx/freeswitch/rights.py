"""What telekit's user of the event socket may do: what it needs, and nothing else.

FreeSWITCH holds a user to these commands of `api` and `bgapi`, and to these events. It does not hold it back from
`sendmsg` and `sendevent`. Source: FreeSWITCH mod_event_socket.c, parse_command, auth_api_command.
"""

from telekit.pbx.freeswitch.channels import EVENTS

COMMANDS = ("version", "show", "uuid_dump", "uuid_kill", "uuid_setvar", "global_getvar")
"""Names of FreeSWITCH's own commands."""
CALLING = ("originate", "uuid_getvar")
"""Those by which telekit makes calls: where rules offer callbacks, and else not."""

EVENTS_ALLOWED = (
    *(name for name in EVENTS if "::" not in name),
    "BACKGROUND_JOB",
    "CUSTOM",  # what follows it are its subclasses
    *(name for name in EVENTS if "::" in name),
)
"""As `esl-allowed-events` takes them."""

LONGEST_REPLY = 480
"""The answer to the login names all rights, and is cut at 511 bytes, which would leave it without an end."""
