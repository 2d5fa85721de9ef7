"""The tests of telekit, and the laboratory they run in."""
