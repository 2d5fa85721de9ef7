"""Figures as people read them."""

from math import isinf

from telekit.simulate.figures import Figure, Unit
from telekit.simulate.likely import Likely

MINUTE = 60.0


def told(figure: Figure, found: Likely | None) -> str:
    """Write a figure with its margin."""
    if found is None:
        return "-"
    mean = amount(figure.unit, found.mean)
    return mean if isinf(found.margin) else f"{mean} ±{margin(figure.unit, found.margin, found.mean)}"


def changed(figure: Figure, by: Likely) -> str:
    """Write how a figure changes, with its sign and its margin."""
    sign = "+" if by.mean > 0 else "-"
    mean = abs(by.mean) * 100 if figure.unit is Unit.SHARE else abs(by.mean)
    size = f"{mean:.1f} points" if figure.unit is Unit.SHARE else amount(figure.unit, mean)
    return f"{sign}{size} ±{margin(figure.unit, by.margin, abs(by.mean))}"


def amount(unit: Unit, value: float) -> str:
    """Write a value as its unit has it."""
    match unit:
        case Unit.NUMBER:
            return f"{value:,.0f}"
        case Unit.SHARE:
            return f"{value:.1%}"
        case Unit.SECONDS:
            return f"{value:.1f}s" if value < MINUTE else _long(value)


def margin(unit: Unit, value: float, mean: float) -> str:
    """Write how far chance may have moved a mean, in the mean's own unit."""
    match unit:
        case Unit.NUMBER:
            return f"{value:,.0f}"
        case Unit.SHARE:
            return f"{value * 100:.1f}"
        case Unit.SECONDS:
            return f"{value:.1f}" if mean < MINUTE else _long(value)


def _long(seconds: float) -> str:
    whole = round(seconds)
    hours, minutes = divmod(whole // 60, 60)
    if hours:
        return f"{hours}h{minutes:02}m"
    return f"{minutes}m{whole % 60:02}s" if minutes else f"{whole}s"
