"""How many agents a day needs: formulas from calls, handle times and patience to service."""
