"""Synchronous scripts written for pyst2."""
