"""Callers: FreeSWITCH connects for each, and one coroutine leads one caller."""
