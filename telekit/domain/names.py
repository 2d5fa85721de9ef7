"""Names of things, typed so that one is never taken for another."""

from typing import NewType

AgentName = NewType("AgentName", str)
SkillName = NewType("SkillName", str)
ShiftName = NewType("ShiftName", str)
QueueName = NewType("QueueName", str)
MenuName = NewType("MenuName", str)
ListName = NewType("ListName", str)
ScriptName = NewType("ScriptName", str)
LookupName = NewType("LookupName", str)
VariableName = NewType("VariableName", str)
"""Names what a lookup gives."""

CallId = NewType("CallId", str)
"""Names one caller's contact from arrival to end, also across a restart of telekit."""

OfferId = NewType("OfferId", str)
"""Names one attempt to give one call to one agent; every event about its leg carries it."""

LegId = NewType("LegId", str)
"""Names one party's connection on one switch."""

OURS = "telekit-"
"""Begins the names of legs that telekit makes by itself; no switch begins one so."""


def call_of(offer: OfferId) -> CallId:
    """Give the call that an offer is for: its name is the call's, and a counter."""
    return CallId(offer.rpartition(".")[0])


def own_leg(unique: str) -> LegId:
    """Name a leg that is still to be made, by letters, digits and - _ . that never come twice.

    Where a person is called, it also names the call: `CallId(leg)`.
    """
    return LegId(f"{OURS}{unique}")
