"""telekit killed at many moments of a busy hour beside a real switch, and judged by what phones and callers saw.

`make kill` runs it on Asterisk at 200 moments and writes docs/benchmarks/killed.md; tests/scenarios/test_killed.py runs
it on either switch at a few.
"""
