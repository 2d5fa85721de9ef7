"""What Asterisk's manager events mean to telekit: one small table.

Source: observed on Asterisk 22; Asterisk main/manager_channels.c, main/devicestate.c.
"""

from collections.abc import Callable, Mapping

from telekit.domain.names import OURS, LegId, OfferId, call_of
from telekit.domain.phone import Phone, PhoneKind
from telekit.domain.queue import MissCause
from telekit.pbx.asterisk.ami.message import EOL, Message
from telekit.pbx.port import (
    OFFER_VARIABLE,
    CallerLeft,
    HoldChanged,
    LegEnded,
    OfferJoined,
    OfferRings,
    PhoneRegisters,
    PhoneState,
    SwitchEvent,
    Transferred,
)

TECHNOLOGY = "PJSIP/"

UNREACHABLE = frozenset({"UNAVAILABLE", "INVALID", "UNKNOWN"})
ENGAGED = frozenset({"INUSE", "BUSY", "RINGING", "RINGINUSE", "ONHOLD"})
"""Device states; NOT_INUSE is neither. Source: Asterisk main/devicestate.c, devstatestring."""

REFUSALS = {"17": MissCause.BUSY, "19": MissCause.REJECTED, "21": MissCause.REJECTED}
"""Q.850 causes with which a leg ends that its phone refused; one whose time is up, or that another phone's answer ends,
has none of them. Source: Asterisk res/res_pjsip.c, ast_sip_hangup_sip2cause; observed on Asterisk 22."""

DROPPED = "44"
"""The cause of a leg that was answered and from which no sound has come for `rtp_timeout`.

Source: Asterisk res/res_pjsip_sdp_rtp.c, rtp_check_timeout (AST_CAUSE_REQUESTED_CHAN_UNAVAIL).
"""

ALIVE = frozenset({"Created", "Reachable", "NonQualified"})
"""What a contact becomes that registers or answers again; one that refreshes in time tells nothing.

Source: Asterisk res/res_pjsip/location.c, ast_sip_get_contact_short_status_label.
"""


def variable(message: Message, name: str, header: str = "ChanVariable") -> str:
    """Read a channel variable that `channelvars` in manager.conf adds to every event; empty when it is not set."""
    # Searched for in the text: most events are not about telekit's legs, and need not be parsed to know that.
    _, found, rest = message.text.partition(f"{EOL}{header}: {name}=")
    return rest.partition(EOL)[0] if found else ""


def phone_of(channel: str) -> Phone | None:
    """Give the phone behind a channel or device name (`PJSIP/amina-0000001a`); None for other technologies."""
    if not channel.startswith(TECHNOLOGY):
        return None
    return Phone(PhoneKind.SIP, channel.removeprefix(TECHNOLOGY))


def phone_at(channel: str) -> Phone | None:
    """Give the phone behind a channel by its whole name, the number of the call behind it left out."""
    return phone_of(channel.rpartition("-")[0])


def leg_of(message: Message, whose: str = "") -> LegId:
    """Name a leg: one that telekit has made as it has named it, any other as Asterisk does.

    `whose` begins the headers that tell of it. Asterisk finds a channel by either name.
    Source: Asterisk main/channel.c, ast_channel_get_by_name.
    """
    unique = message.last(f"{whose}Uniqueid")
    return LegId(unique if unique.startswith(OURS) else message.last(f"{whose}Channel"))


def _device_state(message: Message) -> SwitchEvent | None:
    phone = phone_of(message.last("Device"))
    state = message.last("State")
    return PhoneState(phone, state not in UNREACHABLE, state in ENGAGED) if phone else None


def _contact_status(message: Message) -> SwitchEvent | None:
    endpoint = message.last("EndpointName")
    if not endpoint or message.last("ContactStatus") not in ALIVE:
        return None
    return PhoneRegisters(Phone(PhoneKind.SIP, endpoint))


def _dial_begin(message: Message) -> SwitchEvent | None:
    offer = variable(message, OFFER_VARIABLE, "DestChanVariable")
    return OfferRings(OfferId(offer), leg_of(message, "Dest")) if offer else None


def _bridge_enter(message: Message) -> SwitchEvent | None:
    offer = OfferId(variable(message, OFFER_VARIABLE))
    if not offer or _is_callers(message, offer):
        return None
    return OfferJoined(offer, leg_of(message), phone_at(message.last("Channel")))


def _hold(message: Message) -> SwitchEvent | None:
    offer = OfferId(variable(message, OFFER_VARIABLE))
    if not offer or _is_callers(message, offer):
        return None
    return HoldChanged(offer, leg_of(message), message.event == "Hold")


def _blind_transfer(message: Message) -> SwitchEvent | None:
    """Read a caller who is sent to a number; one who sends the agent there means nothing here."""
    offer = _transferred(message, "Transferer", "Transferee")
    if offer is None:
        return None
    phone = phone_at(message.last("TransfererChannel"))
    return Transferred(offer, leg_of(message, "Transferer"), phone, message.last("Extension"), None, None)


def _attended_transfer(message: Message) -> SwitchEvent | None:
    """Read two calls of one phone that become one; either may be the caller's."""
    agents, other = "OrigTransferer", "TransferTarget"
    offer = _transferred(message, agents, "Transferee")
    if offer is None:
        agents, other = "SecondTransferer", "Transferee"
        offer = _transferred(message, agents, "TransferTarget")
    if offer is None:
        return None
    phone, target_phone = (phone_at(message.last(f"{whose}Channel")) for whose in (agents, other))
    return Transferred(offer, leg_of(message, agents), phone, "", leg_of(message, other) or None, target_phone)


def _transferred(message: Message, agent: str, caller: str) -> OfferId | None:
    """Give the offer that brought these two parties of a transfer together, if it did and the transfer came about."""
    offer = OfferId(variable(message, OFFER_VARIABLE, f"{agent}ChanVariable"))
    is_of_both = bool(offer) and message.last(f"{caller}Uniqueid") == call_of(offer)
    return offer if is_of_both and message.last("Result") == "Success" else None


def _hangup(message: Message) -> SwitchEvent | None:
    offer = OfferId(variable(message, OFFER_VARIABLE))
    if not offer:
        return None
    if _is_callers(message, offer):
        return CallerLeft(call_of(offer))
    cause = message.last("Cause")
    return LegEnded(offer, leg_of(message), REFUSALS.get(cause), dropped=cause == DROPPED)


def _is_callers(message: Message, offer: OfferId) -> bool:
    """Say whether the leg is the caller's own, from which the agent's leg inherited the variable."""
    return message.last("Uniqueid") == call_of(offer)


MEANINGS: Mapping[str, Callable[[Message], SwitchEvent | None]] = {
    "DeviceStateChange": _device_state,
    "ContactStatus": _contact_status,
    "DialBegin": _dial_begin,
    "BridgeEnter": _bridge_enter,
    "Hold": _hold,
    "Unhold": _hold,
    "BlindTransfer": _blind_transfer,
    "AttendedTransfer": _attended_transfer,
    "Hangup": _hangup,
}
