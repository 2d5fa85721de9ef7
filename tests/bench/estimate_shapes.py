"""The shapes of day on which the expected wait is judged."""

from collections.abc import Callable

from tests.bench.estimate_days import Kind, Shape, often_short

HELP = ("help",)


def always(calls_an_hour: float) -> Callable[[float], float]:
    return lambda hour: calls_an_hour


def peak(calls_an_hour: float, at_peak: float, start: float, end: float) -> Callable[[float], float]:
    return lambda hour: at_peak if start <= hour < end else calls_an_hour


SHAPES = (
    Shape(
        "steady",
        "20 agents from 8 to 18 h, as many calls all day as they can just serve",
        ((20, "08:00-18:00", HELP),),
        (Kind("help", HELP, always(246), often_short(260, 1.6)),),
    ),
    Shape(
        "morning peak",
        "20 agents; from 9 to 11 h a third more calls than they can serve",
        ((20, "08:00-18:00", HELP),),
        (Kind("help", HELP, peak(190, 320, 9, 11), often_short(260, 1.6)),),
    ),
    Shape(
        "shift change",
        "8 agents all day, 8 until 12:30, 10 from 13 h on",
        ((8, "08:00-18:00", HELP), (8, "08:00-12:30", HELP), (10, "13:00-18:00", HELP)),
        (Kind("help", HELP, always(186), often_short(260, 1.6)),),
    ),
    Shape(
        "two skills",
        "billing: 8 agents, technical: 6, both: 6; technical calls last twice as long",
        (
            (8, "08:00-18:00", ("billing",)),
            (6, "08:00-18:00", ("technical",)),
            (6, "08:00-18:00", ("billing", "technical")),
        ),
        (
            Kind("billing", ("billing",), peak(120, 165, 10, 12), often_short(220, 1.6)),
            Kind("technical", ("technical",), peak(62, 80, 14, 16), often_short(440, 1.6)),
        ),
    ),
    Shape(
        "small team",
        "5 agents",
        ((5, "08:00-18:00", HELP),),
        (Kind("help", HELP, always(58), often_short(260, 1.6)),),
    ),
    Shape(
        "important callers",
        "14 agents; a fifth of the callers go before the others",
        ((14, "08:00-18:00", HELP),),
        (Kind("help", HELP, always(172), often_short(260, 1.6), important=0.2),),
    ),
)
