"""Synchronous AGI scripts written for pyst2, run unchanged: each call in a thread that looks like a process."""
