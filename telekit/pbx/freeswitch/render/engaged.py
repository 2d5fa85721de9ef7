"""Whether an agent talks already: FreeSWITCH has no state of a phone, so its channels are asked.

A channel of a phone is named by the profile and, where the phone calls, by its account; where it is called, by the
user of its contact, which may be a word of the phone's own. Source: FreeSWITCH mod_sofia's sofia_glue.c,
sofia_glue_set_name; mod_commands.c, show_function.
"""

import re
from collections.abc import Iterable, Iterator

from telekit.domain.phone import Phone, PhoneKind
from telekit.pbx.freeswitch.render.element import action, at, element, extension
from telekit.pbx.freeswitch.render.options import Options
from telekit.pbx.freeswitch.render.profile import PROFILE
from telekit.pbx.render import word

PLACE, CONTACT = "telekit_place_of_phone", "telekit_contact"
REGISTERED = r"^(sofia/[A-Za-z0-9_.-]+/)(?:sips?:)?([A-Za-z0-9_.~+-]+)@"
ROW = "(?m)^[^,]*,{direction},[^,]*,[0-9]+,sofia/[^/,]+/"
"""A channel's row up to what names the phone: nothing in it is a caller's to choose."""


def engaged(label: str, phones: Iterable[Phone], options: Options) -> Iterator[str]:
    """Write what ends a call that has come to a label, as busy, where one of these phones is in a call already."""
    for number, phone in enumerate(phones, 1):
        tel = phone.kind is PhoneKind.TEL
        looks = (_called(phone),) if tel else (_whose(phone, options), _in_a_call(phone))
        yield extension(f"engaged {number}", at(label), *looks, goes_on=True)


def _whose(phone: Phone, options: Options) -> str:
    profile = PROFILE if options.listener is not None else "*"
    return element(
        "condition",
        action("set", f"{PLACE}=$1", inline=True),
        action("set", f"{CONTACT}=$2", inline=True),
        element("anti-action", application="set", data=f"{PLACE}=sofia/{PROFILE}/", inline="true"),
        element("anti-action", application="set", data=f"{CONTACT}=", inline="true"),
        field=f"${{sofia_contact({profile}/{word.name(phone.address)}@{options.domain})}}",
        expression=REGISTERED,
        **{"break": "never"},
    )


def _in_a_call(phone: Phone) -> str:
    name = word.name(phone.address)
    row = ROW.format(direction="(?:in|out)bound")
    return element(
        "condition",
        element("regex", field=f"${{show(channels like ${{{PLACE}}}{name}@)}}", expression=f"{row}{re.escape(name)}@"),
        element("regex", field=f"${{show(channels like ${{{PLACE}}}${{{CONTACT}}}@)}}", expression=row),
        action("hangup", "USER_BUSY"),
        regex="any",
    )


def _called(phone: Phone) -> str:
    number = word.number(phone.address)
    row = ROW.format(direction="outbound")
    return element(
        "condition",
        action("hangup", "USER_BUSY"),
        field=f"${{show(channels like /{number})}}",
        expression=f"{row}{re.escape(number)}[@,]",
    )
