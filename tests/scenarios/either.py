"""Which scenarios run on either switch: all but those that are named here, each with the reason."""

from collections.abc import Mapping

ASTERISK_ALONE: Mapping[str, str] = {
    "test_agent_codes": "not tried on FreeSWITCH",
    "test_announcements": "not tried on FreeSWITCH",
    "test_bad_lines": "not tried on FreeSWITCH",
    "test_callback_asked": "not tried on FreeSWITCH",
    "test_callbacks": "not tried on FreeSWITCH",
    "test_callers": "not tried on FreeSWITCH",
    "test_encryption": "not tried on FreeSWITCH",
    "test_fallback_age": "not tried on FreeSWITCH",
    "test_fallback_and_back": "not tried on FreeSWITCH",
    "test_handler_rights": "not tried on FreeSWITCH",
    "test_invariants": "not tried on FreeSWITCH",
    "test_killed": "not tried on FreeSWITCH",
    "test_line_check": "not tried on FreeSWITCH",
    "test_lookup": "not tried on FreeSWITCH",
    "test_losses": "not tried on FreeSWITCH",
    "test_lost_events": "not tried on FreeSWITCH",
    "test_missed_offers": "not tried on FreeSWITCH",
    "test_nobody": "not tried on FreeSWITCH",
    "test_numbers_shown": "not tried on FreeSWITCH",
    "test_order": "not tried on FreeSWITCH",
    "test_overflow": "not tried on FreeSWITCH",
    "test_overflow_everywhere": "not tried on FreeSWITCH",
    "test_own_code": "not tried on FreeSWITCH",
    "test_preferred": "not tried on FreeSWITCH",
    "test_reload": "not tried on FreeSWITCH",
    "test_reminding": "not tried on FreeSWITCH",
    "test_replay": "not tried on FreeSWITCH",
    "test_ring_all": "not tried on FreeSWITCH",
    "test_rush": "not tried on FreeSWITCH",
    "test_starting": "not tried on FreeSWITCH",
    "test_steps": "not tried on FreeSWITCH",
    "test_strategies": "not tried on FreeSWITCH",
    "test_transfers": "not tried on FreeSWITCH",
    "test_troubles": "not tried on FreeSWITCH",
    "test_whisper": "not tried on FreeSWITCH",
}
"""By a file's name, or a test's."""


def is_of_asterisk_alone(module: str, test: str) -> bool:
    """Say whether a test runs on Asterisk only."""
    return module.rpartition(".")[2] in ASTERISK_ALONE or test in ASTERISK_ALONE
