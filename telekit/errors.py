"""The exceptions of telekit: one small tree, for what a caller of a function did not plan for.

What is expected (no answer, busy, closed, nobody eligible) is a value, never an exception.
"""

import os


class TelekitError(Exception):
    """Be the root of every exception that telekit raises on purpose.

    Its text is a whole sentence for a person: what happened, and what to do next.
    """


class SettingsError(TelekitError):
    """Say that the settings file cannot be used."""


class RulesError(TelekitError):
    """Say that a rule file has mistakes; the running plan stays as it is."""

    diagnostics: tuple[object, ...] = ()
    """Each mistake; `str()` tells it with its place, its line and a caret."""


class SwitchError(TelekitError):
    """Say that the switch did not do what it was asked."""


class LinkError(TelekitError):
    """Say that the link to the switch is down, was refused, or did not answer in time.

    It is no `SwitchError`: one who lives with what the switch would not do cannot go on without the switch.
    """


class UnsafeValue(TelekitError, ValueError):  # noqa: N818  (it reads as what it is)
    """Say that a value holds a control character and was not sent to the switch."""


class CallerGone(TelekitError):  # noqa: N818  (an event in a script's life, not a fault)
    """Say that the caller hung up; a call script lets it pass."""


class LookupFailed(TelekitError):  # noqa: N818  (an answer's lot, not a fault of telekit's)
    """Say that a service asked about a call has not answered as it should."""


class StoreError(TelekitError):
    """Say that facts cannot be written or read."""


class PlanningError(TelekitError, ValueError):
    """Say that what is asked about staffing has no answer."""


class CompilingError(TelekitError):
    """Say that telekit's code cannot be compiled here."""


def in_words(error: OSError) -> str:
    """Say why the system would not, in its own words: without the numbers and tuples that Python puts round them."""
    if error.errno is not None and error.errno > 0:
        return os.strerror(error.errno)
    return error.strerror or str(error)  # a name that is not known has a number below zero
