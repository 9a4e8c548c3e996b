"""crossings are written in microseconds; those of before are asked of the trail once, and written anew

Revision: 0010, after 0009
"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """crossings are written in microseconds; those of before are asked of the trail once, and written anew"""
    op.execute("UPDATE sla_clock SET crossings = NULL WHERE crossings IS NOT NULL")


def downgrade() -> None:
    """Take it back."""
    op.execute("UPDATE sla_clock SET crossings = NULL WHERE crossings IS NOT NULL")
