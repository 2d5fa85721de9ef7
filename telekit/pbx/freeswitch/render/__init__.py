"""Everything that `telekit render freeswitch` writes."""
