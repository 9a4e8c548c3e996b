"""how far a purge has come, and workspaces that sent the app away

Revision: 0009, after 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

CLOSED = "closed_at is not null"


def upgrade() -> None:
    """how far a purge has come, and workspaces that sent the app away"""
    op.create_table(
        "retention_mark",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("through", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "name"),
    )
    op.add_column("workspace", sa.Column("left_at", sa.BigInteger(), nullable=True))
    op.add_column("workspace", sa.Column("delete_at", sa.BigInteger(), nullable=True))
    op.create_index(
        "ticket_closed",
        "ticket",
        ["workspace_id", "closed_at", "number"],
        sqlite_where=sa.text(CLOSED),
        postgresql_where=sa.text(CLOSED),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_index("ticket_closed", "ticket")
    op.drop_column("workspace", "delete_at")
    op.drop_column("workspace", "left_at")
    op.drop_table("retention_mark")
