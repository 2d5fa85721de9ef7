"""telekit killed at many moments of a busy hour on a real Asterisk, and judged by what phones and callers saw.

`make kill` runs it at 200 moments and writes docs/benchmarks/killed.md; tests/scenarios/test_killed.py at a few.
"""
