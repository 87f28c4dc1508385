"""A brand: a name, a look and a voice. Channels belong to one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Float, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from madang.lib.tables import Base, Id, Json, Now


class Brand(Base):
    """``hue`` (0-360) and ``chroma`` (0-0.2) set the one accent, in oklch; ``language`` is BCP 47."""

    __tablename__ = "brand"
    __table_args__ = (
        Index("brand_name_key", text("lower(name)"), unique=True, postgresql_where=text("retired_at is null")),
    )

    id: Mapped[Id]
    name: Mapped[str]
    hue: Mapped[float] = mapped_column(Float, server_default="274")
    chroma: Mapped[float] = mapped_column(Float, server_default="0.125")
    language: Mapped[str] = mapped_column(server_default="ko")
    signature: Mapped[str] = mapped_column(server_default="")
    greeting: Mapped[str] = mapped_column(server_default="")
    ask_proof: Mapped[bool] = mapped_column(server_default="false")  # of addresses that visitors leave in the chat
    threading: Mapped[Json]  # conversations.threading.Policy; what is not said has its default
    created_at: Mapped[Now]
    retired_at: Mapped[datetime | None]
