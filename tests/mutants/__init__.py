"""The mutation run: how much of the core's meaning the tests hold. `make mutants` runs it."""
