"""Invented calls on virtual time round the distributor that routes real ones."""
