"""FastAGI: Asterisk connects once for each caller, and a call script here tells it what to do."""
