"""A short recording in which all is as it must be, to be made wrong in one thing at a time.

telekit is killed at 10 and started at 11. One caller talks with amina from 4 to 20, another one waits from 5 on, is
offered to luc at 13 and talks with him from 14 to 25; luc has paused from 6 to 12.8.
"""

from typing import Any

from tests.killing.record import Absence, Channel, Glimpse, Life, Record, Ring, Sighting, Visit, Waiting
from tests.lab.journal import JournalLine

TALKS, WAITS = "+33199000001", "+33199000002"


def recording() -> Record:
    """Make it."""
    return Record(
        lives=[Life(0.0, 1.0, 10.0, "any moment"), Life(11.0, 12.0)],
        rings=[Ring("amina", TALKS, 3.0, 4.0, 20.0, by="caller"), Ring("luc", WAITS, 13.0, 14.0, 25.0, by="agent")],
        visits=[Visit(TALKS, "billing", 2.0, 20.0, "caller"), Visit(WAITS, "billing", 5.0, 25.0, "callee")],
        glimpses=[
            glimpse(5.5, "on-call", "available", stands(5.1)),
            glimpse(7.0, "on-call", "paused", stands(5.1)),
            glimpse(12.4, "on-call", "paused", stands(5.1)),
            glimpse(13.5, "on-call", "offered", stands(5.1)),
            glimpse(15.0, "on-call", "on-call"),
            glimpse(22.0, "wrap-up", "on-call"),
            glimpse(26.0, "available", "wrap-up"),
        ],
        sightings=[Sighting(6.0, (channel("1", TALKS), channel("2", WAITS)))],
        absences=[Absence("luc", "paused", 6.0, 12.8, 12.9)],
        facts=[
            fact(2.0, "call-arrived", "1", caller=TALKS),
            fact(4.0, "joined", "1", "amina"),
            fact(5.0, "call-arrived", "2", caller=WAITS),
            fact(12.1, "call-arrived", "2", caller=WAITS),
            fact(14.0, "joined", "2", "luc"),
            fact(20.0, "finished", "1", "amina", talked=16.0),
            fact(20.0, "call-ended", "1"),
            fact(25.0, "finished", "2", "luc", talked=11.0),
            fact(25.0, "call-ended", "2"),
        ],
    )


def glimpse(at: float, amina: str, luc: str, *calls: Waiting) -> Glimpse:
    return Glimpse(at, {"amina": amina, "luc": luc, "nora": "available"}, calls)


def stands(entered_at: float, call: str = "2") -> Waiting:
    return Waiting(call, "billing", entered_at, rings=False)


def channel(call: str, number: str) -> Channel:
    return Channel(call, number)


def fact(at: float, kind: str, call: str, agent: str | None = None, **details: Any) -> JournalLine:
    return JournalLine(at, kind, call, "billing", agent, None, details)
