"""What every test may ask for."""

import os

pytest_plugins = ["tests.lab.fixtures"]

os.environ["TELEKIT_AT"] = "2026-11-23"
"""When `telekit check` judges what is past: the samples have days of the weeks after."""
