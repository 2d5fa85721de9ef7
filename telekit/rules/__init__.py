"""The rules that an administrator writes in YAML: read into a `Plan`, or answered with every mistake at its place."""

from telekit.rules.diagnostic import BadRules, Diagnostic, Severity
from telekit.rules.load import check, load

__all__ = ["BadRules", "Diagnostic", "Severity", "check", "load"]
