"""Calls that are over, led once more, by the rules of then or by others, by the distributor that leads real ones."""
