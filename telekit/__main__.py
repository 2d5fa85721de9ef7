"""`python -m telekit` is the command `telekit`."""

from telekit.cli.main import main

main()
