"""customers are found by name, and follow-ups by what they follow

Revision: 0012, after 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

FOLLOWS = sa.text("follow_up_of is not null")


def upgrade() -> None:
    """customers are found by name, and follow-ups by what they follow"""
    op.create_index("customer_by_name", "customer", ["workspace_id", "name", "customer_id"])
    op.create_index(
        "ticket_following",
        "ticket",
        ["workspace_id", "follow_up_of", "number"],
        sqlite_where=FOLLOWS,
        postgresql_where=FOLLOWS,
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_index("ticket_following", table_name="ticket")
    op.drop_index("customer_by_name", table_name="customer")
