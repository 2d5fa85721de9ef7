"""What FreeSWITCH's hang-up causes mean for an offer that came to nothing: one small table.

Source: FreeSWITCH src/switch_channel.c, CAUSE_CHART (the names, Q.850's and its own); mod_sofia's sofia_glue.c,
sofia_glue_sip_cause_to_freeswitch (from which SIP answer each comes); src/switch_ivr_originate.c (those of a ring's
own); observed on 1.10.12.
"""

from collections.abc import Mapping

from telekit.domain.queue import MissCause

LOST_RACE = "LOSE_RACE"
"""Of a leg that stopped ringing since another was answered."""
TAKEN_BACK = "MANAGER_REQUEST"
"""Of a leg that telekit ends: by any cause of a phone's own it would count as taken up and put down."""

DROPPED = "MEDIA_TIMEOUT"
"""Of a leg that was answered and from which no sound has come for `media_timeout`.

Source: FreeSWITCH src/switch_rtp.c, check_timeout; src/switch_core_media.c, check_media_timeout_params.
"""

UNAVAILABLE = "NO_USER_RESPONSE"
"""Of a leg whose phone said 480 Temporarily Unavailable."""

REFUSALS: Mapping[str, MissCause] = {
    # 486 Busy Here, 600 Busy Everywhere.
    "USER_BUSY": MissCause.BUSY,
    # 401, 402, 403, 407, 603 Decline, 608 Rejected.
    "CALL_REJECTED": MissCause.REJECTED,
    # A phone that shall not be disturbed.
    UNAVAILABLE: MissCause.REJECTED,
    # 607 Unwanted.
    "UNWANTED": MissCause.REJECTED,
    # 300 to 399: the phone wants the call elsewhere, and is not obeyed (sofia.c, outbound_redirect_fatal).
    "REQUESTED_CHAN_UNAVAIL": MissCause.REJECTED,
    # The same, said by Q.850 or SIP-only causes of another FreeSWITCH on the way.
    "BUSY_EVERYWHERE": MissCause.BUSY,
    "DECLINE": MissCause.REJECTED,
    "REDIRECTION_TO_NEW_DESTINATION": MissCause.REJECTED,
}
"""With which a leg ends that its phone refused; one whose time is up, or that another phone's answer ends, has none of
them."""

RUNG_OUT = frozenset({"ALLOTTED_TIMEOUT", "NO_ANSWER"})
"""Of a leg that rang to the end of its time."""
RUNG_IN_VAIN = RUNG_OUT | frozenset(
    {
        # It was ended while it rang: by us, by the caller's going, by another phone's answer.
        *("ORIGINATOR_CANCEL", "NORMAL_CLEARING", LOST_RACE, "PICKED_OFF", TAKEN_BACK),
    }
)


def meaning(cause: str) -> MissCause:
    """Say why an offer came to nothing whose leg ended so.

    Every other cause is a phone that could not be reached: not registered (USER_NOT_REGISTERED,
    SUBSCRIBER_ABSENT), unknown there (UNALLOCATED_NUMBER, NO_ROUTE_DESTINATION), silent to the end of the ring
    (PROGRESS_TIMEOUT, RECOVERY_ON_TIMER_EXPIRE), without a common codec (INCOMPATIBLE_DESTINATION), or a way that
    failed (NORMAL_TEMPORARY_FAILURE, NETWORK_OUT_OF_ORDER, GATEWAY_DOWN and the like).
    """
    return REFUSALS.get(cause) or (MissCause.NO_ANSWER if cause in RUNG_IN_VAIN else MissCause.UNREACHABLE)
