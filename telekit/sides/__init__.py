"""The switches beside which telekit sits: of each, all that belongs to it alone."""
