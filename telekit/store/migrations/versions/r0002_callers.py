"""Who last talked with a caller is found at once."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Index the callers; some journals without a revision have that already."""
    op.create_index(
        "facts_by_caller",
        "facts",
        [sa.text("json_extract(details, '$.caller')"), "id"],
        sqlite_where=sa.text("kind = 'call-arrived'"),
        if_not_exists=True,
    )
