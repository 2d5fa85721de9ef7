"""When the fallback was written, and from which rules: it stands in the dialplan, where telekit asks for it."""

import hashlib
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from telekit.domain.plan import Plan
from telekit.pbx.render.stretches import KNOWN

CONTEXT = "telekit-rendered"
VARIABLE = "telekit_rendered"
"""What has it on FreeSWITCH, where all may read it: the context is Asterisk's."""
RENEWAL = {
    "Asterisk": "`telekit render asterisk`, then `asterisk -rx 'dialplan reload'`.",
    "FreeSWITCH": "`telekit render freeswitch`, then `fs_cli -x reloadxml` and `fs_cli -x 'reload mod_callcenter'`.",
}
"""How a fallback is written anew, by switch."""
NO_RULES = ("origin", "places")
"""Fields that only say where something is written."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What is written on a fallback."""

    written_at: datetime
    rules: str
    """A sum of the rules."""

    @classmethod
    def of(cls, plan: Plan, now: datetime) -> "Stamp":
        """Make the stamp of what is written now."""
        return cls(now, sum_of(plan))

    def __str__(self) -> str:
        return f"{self.written_at.timestamp():.0f} {self.rules}"

    @classmethod
    def parse(cls, text: str) -> "Stamp | None":
        """Read a stamp back; None for anything that is not one."""
        moment, _, rules = text.partition(" ")
        try:
            return cls(datetime.fromtimestamp(int(moment), UTC), rules) if rules else None
        except (ValueError, OverflowError, OSError):
            return None

    def written(self, plan: Plan) -> str:
        """Tell when it was written, in the plan's zone."""
        return f"{self.written_at.astimezone(plan.zone):%Y-%m-%d %H:%M} {plan.zone}"

    def complaint(self, plan: Plan, now: datetime, rules: str | None = None, switch: str = "Asterisk") -> str | None:
        """Say in a sentence what is wrong with a fallback of this stamp, while this plan holds; None when it is fine.

        `rules` is the plan's sum, which else is computed: 0.4 s with 15,000 agents.
        """
        written = self.written(plan)
        if now - self.written_at > KNOWN:
            return f"The fallback is of {written}; it knew {KNOWN.days} days ahead, and now errs: {RENEWAL[switch]}"
        if self.rules != (rules or sum_of(plan)):
            return f"The fallback, of {written}, was written from other rules than those that hold: {RENEWAL[switch]}"
        return None


def no_fallback(switch: str) -> str:
    """Say in a sentence that a switch has none."""
    return f"{switch} has no fallback for when telekit is away, or one of an older telekit: {RENEWAL[switch]}"


def sum_of(plan: Plan) -> str:
    """Give a plan's sum; plans of one sum lead calls alike, wherever their lines stand."""
    told: list[str] = []
    _tell(plan, told)
    return hashlib.sha256("\n".join(told).encode(errors="surrogatepass")).hexdigest()[:32]


def _tell(value: Any, told: list[str]) -> None:
    """Write a value out, the same in every process: `repr` of a set is not."""
    kind = type(value)
    if names := _names(value.__class__):
        told.append(kind.__name__)
        for name in names:
            _tell(getattr(value, name), told)
    elif kind is tuple:
        told.append(f"({len(value)}")
        for each in value:
            _tell(each, told)
    elif kind is dict:
        told.append(f"{{{len(value)}")
        for key, each in value.items():
            told.append(repr(key))
            _tell(each, told)
    else:
        told.append(repr(sorted(map(repr, value)) if kind is frozenset else value))


@cache
def _names(kind: Any) -> tuple[str, ...]:
    """Name the fields of a noun that say more than where it is written."""
    return tuple(each.name for each in fields(kind) if each.name not in NO_RULES) if is_dataclass(kind) else ()
