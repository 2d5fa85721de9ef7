"""The command `telekit`: one file a verb."""
