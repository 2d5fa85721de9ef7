"""The shapes of the rules: one pydantic model for each mapping that an administrator writes."""
