"""What callers who wait may be told of what is to come; whatever goes wrong in that, they are told nothing."""

import logging
from collections.abc import Callable

from telekit.acd.distributor import Distributor
from telekit.acd.outlook import Outlook
from telekit.domain.names import CallId
from telekit.service.clock import Clock

log = logging.getLogger(__name__)


class Prospects:
    """Asks the distributor about one call at a time; a caller who is told nothing is better off than one lost."""

    def __init__(self, distributor: Distributor, clock: Clock) -> None:
        self._distributor = distributor
        self._clock = clock
        self.why_no_calls: Callable[[], str | None] = lambda: None
        """Says why nobody can be called, if that is so."""

    def outlook(self, call: CallId) -> Outlook | None:
        """Give what a call that waits has to expect; None for one that does not."""
        try:
            return self._distributor.outlook(call, self._clock())
        except Exception:
            log.exception("what call %s has to expect could not be worked out", call)
            return None

    def may_call_back(self, call: CallId) -> bool:
        """Say whether a caller who waits can be promised to be called back."""
        try:
            return self.why_no_calls() is None and self._distributor.may_call_back(call, self._clock())
        except Exception:
            log.exception("whether call %s can be called back could not be worked out", call)
            return False
