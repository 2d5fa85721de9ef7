"""Bring the tables of an earlier telekit's journal up, step by step; only here Alembic is imported."""

import logging
from collections.abc import Iterable
from typing import Any

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from telekit.store.schema import REVISIONS


def scripts() -> ScriptDirectory:
    """Give the migrations, which are part of the package."""
    config = Config()
    config.set_main_option("script_location", "telekit.store:migrations")
    return ScriptDirectory.from_config(config)


def migrate(engine: Engine, stored: str | None, to: str = REVISIONS[-1]) -> None:
    """Take every step from a revision (None: an empty file) to a later one."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    directory = scripts()

    def steps(_revision: object, _context: MigrationContext) -> Iterable[Any]:
        return directory._upgrade_revs(to, stored or "base")

    with engine.begin() as connection:
        context = MigrationContext.configure(connection, opts={"fn": steps, "as_sql": False})
        if stored is not None:
            context.stamp(directory, stored)
        with Operations.context(context):
            context.run_migrations()
