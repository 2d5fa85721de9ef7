"""The loops of the living service: calls in, actions out, presence, recovery, reload."""
