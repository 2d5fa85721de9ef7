"""The sides that the settings name."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from telekit.domain.plan import Plan
from telekit.pbx.port import FindScript
from telekit.pbx.whereabouts import Whereabouts
from telekit.service.clock import Clock
from telekit.settings import Settings
from telekit.sides.asterisk import asterisk_side
from telekit.sides.freeswitch import freeswitch_side
from telekit.sides.side import Side
from telekit.sides.sides import Sides

ASTERISK, FREESWITCH = "Asterisk", "FreeSWITCH"


def make_sides(settings: Settings, folder: Path, scripts: FindScript, plan: Callable[[], Plan], clock: Clock) -> Sides:
    """Make the sides of the switches that are named; raises `SettingsError` where a secret is missing."""
    asterisk, freeswitch = settings.asterisk, settings.freeswitch
    trunks = {
        ASTERISK: asterisk.to_freeswitch if asterisk is not None else None,
        FREESWITCH: freeswitch.to_asterisk if freeswitch is not None else None,
    }
    whereabouts = Whereabouts({name: trunk for name, trunk in trunks.items() if trunk is not None})
    sides: list[Side] = []
    if asterisk is not None:
        between = partial(whereabouts.trunk, ASTERISK)
        sides.append(asterisk_side(asterisk, settings, folder, scripts, between, plan, clock))
    if freeswitch is not None:
        between = partial(whereabouts.trunk, FREESWITCH)
        sides.append(freeswitch_side(freeswitch, settings, folder, scripts, between, plan, clock))
    return Sides(sides, whereabouts, clock)
