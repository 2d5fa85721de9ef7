"""Rings that the tests let a call make, and what is read off them."""

from datetime import timedelta

from telekit.domain.names import OfferId
from telekit.domain.phone import Phone, PhoneKind
from telekit.pbx.port import Call, OfferOutcome, RingOutcome, Whisper
from tests.pbx.freeswitch.outbound.fake import UUID

AMINA, NORA = (Phone(PhoneKind.SIP, name) for name in ("amina", "nora"))
LUC = Phone(PhoneKind.TEL, "+33199005512")
RING = timedelta(seconds=20)
OFFER, OTHER, THIRD = (OfferId(f"{UUID}.{number}") for number in (1, 2, 3))
WHISPER = Whisper("fr", ("telekit/waited-a-minute", "letters/a"))
WHISPERED = "file_string:///sounds/fr/telekit/waited-a-minute.wav!/sounds/fr/letters/a.wav"


async def ring_amina(call: Call) -> OfferOutcome:
    return await call.offer([AMINA], ring=RING, offer=OFFER)


async def ring_both(call: Call) -> RingOutcome:
    return await call.ring_all({OFFER: AMINA, OTHER: LUC}, ring=RING)


async def ring_three(call: Call) -> RingOutcome:
    return await call.ring_all({OFFER: AMINA, OTHER: LUC, THIRD: NORA}, ring=RING)


def legs(argument: str) -> list[str]:
    """Give the names that a bridge gives its legs."""
    return [part.partition(",")[0].partition("]")[0] for part in argument.split("origination_uuid=")[1:]]


def causes(told: dict[str, str]) -> str | list[str]:
    """Give why legs ended as FreeSWITCH tells it: several values are a list, one is none."""
    values = [f"{leg};{cause}" for leg, cause in told.items()]
    return values if len(values) > 1 else "".join(values)
