"""What of the settings a call on Asterisk needs."""

from dataclasses import dataclass, field

from telekit.domain.names import OfferId
from telekit.pbx.whereabouts import Between, here


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Everything round a call that all calls share."""

    trunk: str | None = None
    """The PJSIP endpoint through which numbers are rung."""
    voicemail: str = "telekit-voicemail"
    """The folder for messages; a relative one is below Asterisk's spool folder."""
    number: str | None = None
    """What is shown to numbers that are rung; None: the number that the caller has dialled."""
    between: Between = here
    """The PJSIP endpoints that lead to another switch, by phone."""
    joined_at: dict[OfferId, float | None] = field(default_factory=dict)
    """Offers that are being dialled, and since when sound flows, in the event loop's time."""
