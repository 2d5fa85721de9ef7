"""The sides that the settings name."""

from collections.abc import Callable
from pathlib import Path

from telekit.domain.plan import Plan
from telekit.pbx.port import FindScript
from telekit.service.clock import Clock
from telekit.settings import AsteriskSettings, Settings
from telekit.sides.asterisk import asterisk_side
from telekit.sides.freeswitch import freeswitch_side
from telekit.sides.side import Side


def make_side(settings: Settings, folder: Path, scripts: FindScript, plan: Callable[[], Plan], clock: Clock) -> Side:
    """Make the side of the switch that is named; raises `SettingsError` where its secret is missing."""
    if settings.freeswitch is not None:
        return freeswitch_side(settings.freeswitch, settings, folder, scripts, clock)
    return asterisk_side(settings.asterisk or AsteriskSettings(), settings, folder, scripts, plan, clock)
