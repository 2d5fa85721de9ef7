"""telekit sends each call of a PBX to the right person at home."""

__version__ = "0.1.0"
