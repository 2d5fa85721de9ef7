"""Who takes the place of an agent who waits in a queue: a caller of theirs whom they pass on to it.

FreeSWITCH sends such a caller where `inline_destination` of the leg that waits tells, in the dialplan `inline`, and
without it to the number that was dialled last, in the caller's own context. Source: FreeSWITCH mod_sofia's sofia.c,
sofia_handle_sip_i_refer; mod_dptools, inline_dialplan_hunt.
"""

from telekit.domain.place import VARIABLE as PLACE_VARIABLE
from telekit.pbx.freeswitch.outbound.channel import SCRIPT
from telekit.pbx.freeswitch.passing import CONTEXT

DESTINATION = "inline_destination"
BETWEEN = "^"
"""Between the steps; no place has it."""


def succession(place: str, dialplan: str) -> tuple[str, str]:
    """Give the variable of the leg that waits, and what it is to be, so that another comes to telekit with its place.

    It is empty where the leg has no `place` any more. `dialplan` is that by which the leg itself came.
    """
    if not place:
        return DESTINATION, ""
    steps = (f"set:{PLACE_VARIABLE}={place}", f"unset:{SCRIPT}", f"transfer:ask {dialplan} {CONTEXT}")
    return DESTINATION, f"m:{BETWEEN}:{BETWEEN.join(steps)}"
