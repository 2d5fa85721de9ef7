"""Measurements: how fast each part is, against the least work that does the same."""
