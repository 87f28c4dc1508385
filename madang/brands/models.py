"""A brand: a name, a look and a voice. Channels belong to one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Float
from sqlalchemy.orm import Mapped, mapped_column

from madang.lib.tables import Base, Id, Now


class Brand(Base):
    """``hue`` (0-360) and ``chroma`` (0-0.2) set the one accent, in oklch; ``language`` is BCP 47."""

    __tablename__ = "brand"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(unique=True)
    hue: Mapped[float] = mapped_column(Float, server_default="274")
    chroma: Mapped[float] = mapped_column(Float, server_default="0.125")
    language: Mapped[str] = mapped_column(server_default="ko")
    signature: Mapped[str] = mapped_column(server_default="")
    greeting: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[Now]
    retired_at: Mapped[datetime | None]
