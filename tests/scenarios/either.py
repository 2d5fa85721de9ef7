"""Which scenarios run on either switch: all but those that are named here, each with the reason."""

from collections.abc import Mapping

HANDLERS = (
    "handlers hear Asterisk's manager interface alone; what telekit's own user may do on FreeSWITCH is shown "
    "[elsewhere](../tests/dialplans/freeswitch/test_event_socket.py)"
)
PANORAMISK = "panoramisk speaks Asterisk's manager interface"

ASTERISK_ALONE: Mapping[str, str] = {
    "test_handler_rights": HANDLERS,
    "test_a_script_for_pyst2_runs_unchanged": "pyst2 speaks AGI, which FreeSWITCH does not",
    "test_a_handler_for_panoramisk_runs_unchanged_beside_telekits_own": PANORAMISK,
    "test_a_quote_in_a_dialled_number_is_dropped": "there the dialplan is told only what comes after the quote",
}
"""By a file's name, or a test's."""


def is_of_asterisk_alone(module: str, test: str) -> bool:
    """Say whether a test runs on Asterisk only."""
    return module.rpartition(".")[2] in ASTERISK_ALONE or test in ASTERISK_ALONE
