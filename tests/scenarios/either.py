"""Which scenarios run on either switch: all but those that are named here, each with the reason."""

from collections.abc import Mapping

ITSELF = "is about Asterisk's own files or interfaces"
CALLS_OUT = "leads numbers through a trunk that is written for Asterisk"
COLLEAGUES = "phones call each other, by extensions of Asterisk's dialplan"
WIRE = "drops events of the manager interface on their way"
LOG = "reads in Asterisk's log what has been done"

ASTERISK_ALONE: Mapping[str, str] = {
    "test_bad_lines": LOG,
    "test_callback_asked": LOG,
    "test_callbacks": CALLS_OUT,
    "test_callers": LOG,
    "test_dropped_line": "FreeSWITCH does not tell yet of a line that drops",
    "test_encryption": ITSELF,
    "test_fallback_age": ITSELF,
    "test_fallback_and_back": ITSELF,
    "test_handler_rights": ITSELF,
    "test_invariants": WIRE,
    "test_killed": "has a stand of its own",
    "test_line_check": LOG,
    "test_lost_events": WIRE,
    "test_numbers_shown": CALLS_OUT,
    "test_overflow_everywhere": CALLS_OUT,
    "test_own_code": ITSELF,
    "test_reminding": LOG,
    "test_replay": "has a stand of its own",
    "test_rush": "has a stand of its own",
    "test_starting": "has a stand of its own",
    "test_transfers": COLLEAGUES,
    "test_troubles": WIRE,
    "test_whisper": LOG,
    "test_who_was_skipped_as_busy_returns_when_the_phone_is_free": COLLEAGUES,
    "test_who_was_paused_for_missing_a_call_is_told_and_returns_by_code": LOG,
    "test_who_has_the_call_may_pass_it_on_to_one_who_rang_in_vain": COLLEAGUES,
    "test_a_number_has_the_call_only_when_the_key_was_pressed": CALLS_OUT,
    "test_a_number_stops_at_once_when_another_agent_answers_even_while_it_is_asked_for_the_key": CALLS_OUT,
    "test_a_call_that_is_one_too_many_is_sent_to_a_number_outside": CALLS_OUT,
    "test_nobody_answers_outside_and_the_caller_leaves_a_message": CALLS_OUT,
}
"""By a file's name, or a test's."""


def is_of_asterisk_alone(module: str, test: str) -> bool:
    """Say whether a test runs on Asterisk only."""
    return module.rpartition(".")[2] in ASTERISK_ALONE or test in ASTERISK_ALONE
