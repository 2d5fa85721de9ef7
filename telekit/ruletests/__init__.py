"""Tests of rules, written in YAML beside them: calls rehearsed on the code that routes live ones, in virtual time."""
