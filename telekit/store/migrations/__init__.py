"""How the journal's tables became what they are: one file a step, each named by its revision and never changed."""
