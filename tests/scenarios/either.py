"""Which scenarios run on either switch: all but those that are named here, each with the reason."""

from collections.abc import Mapping

ITSELF = "it is about Asterisk's own files or interfaces"
LOG = "it reads in Asterisk's log what has happened"
STAND = "its stand is made for Asterisk"

ASTERISK_ALONE: Mapping[str, str] = {
    "test_bad_lines": LOG,
    "test_line_check": LOG,
    "test_encryption": ITSELF,
    "test_handler_rights": ITSELF,
    "test_killed": STAND,
    "test_own_code": ITSELF,
    "test_rush": STAND,
    "test_a_quote_in_a_dialled_number_is_dropped": "there the dialplan is told only what comes after the quote",
}
"""By a file's name, or a test's."""


def is_of_asterisk_alone(module: str, test: str) -> bool:
    """Say whether a test runs on Asterisk only."""
    return module.rpartition(".")[2] in ASTERISK_ALONE or test in ASTERISK_ALONE
