"""Which scenarios run on either switch: all but those that are named here, each with the reason."""

from collections.abc import Mapping

ITSELF = "it is about Asterisk's own files or interfaces"
LOG = "it reads in Asterisk's log what has happened"
TOLD_LATE = "where FreeSWITCH tells it before the call's own connection does, the colleague's part is not counted"
STAND = "its stand is made for Asterisk"

ASTERISK_ALONE: Mapping[str, str] = {
    "test_bad_lines": LOG,
    "test_line_check": LOG,
    "test_callbacks": "it has not been shown there yet that a key pressed in the first moment is heard",
    "test_encryption": ITSELF,
    "test_handler_rights": ITSELF,
    "test_killed": STAND,
    "test_own_code": ITSELF,
    "test_rush": STAND,
    "test_a_colleague_who_was_asked_first_takes_over_with_the_wrap_up": TOLD_LATE,
    "test_a_caller_may_be_passed_on_again_and_again": TOLD_LATE,
    "test_a_caller_passed_on_to_whom_a_queue_has_given_the_agent_talks_with_them": TOLD_LATE,
    "test_conversations_after_a_transfer_outlive_telekit": TOLD_LATE,
    "test_a_colleague_whose_phone_still_rings_takes_over_when_answering": "there the caller is hung up on",
    "test_a_caller_passed_back_into_a_queue_waits_for_an_agent_anew": "there the caller is rung for twice",
    "test_a_caller_passed_on_to_a_queue_in_which_the_agent_waits_takes_the_place_there": "there the place is lost",
    "test_a_quote_in_a_dialled_number_is_dropped": "there the dialplan is told only what comes after the quote",
}
"""By a file's name, or a test's."""


def is_of_asterisk_alone(module: str, test: str) -> bool:
    """Say whether a test runs on Asterisk only."""
    return module.rpartition(".")[2] in ASTERISK_ALONE or test in ASTERISK_ALONE
