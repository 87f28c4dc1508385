"""Messages, events and envelopes by month

Revision: 0002, after 0001, 2026-11-22.
"""

from __future__ import annotations

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
