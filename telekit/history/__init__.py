"""Calls that are over, in one shape wherever they were written down: Asterisk's queue_log or telekit's journal."""
