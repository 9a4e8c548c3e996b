"""when a running clock crosses each of its thresholds

Revision: 0005, after 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """when a running clock crosses each of its thresholds"""
    # Clocks from before have none until something happens to them; a sweep then asks their ticket's trail.
    op.add_column("sla_clock", sa.Column("crossings", sa.String(), nullable=True))


def downgrade() -> None:
    """Take it back."""
    op.drop_column("sla_clock", "crossings")
