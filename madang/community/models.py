"""A board's posts as visitors see them. What was asked and answered lies in the conversations."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from madang.channels.models import Channel
from madang.lib.tables import Base, Id, Now


class Post(Base):
    """One question on a board. ``key`` is unguessable, names its page, and is what the channel calls its message.

    Whose it is: ``user_value``, a signed user of the company's, or ``password``, of which only a hash is kept; with
    neither it is of the browser that wrote it, for as long as that remembers. A secret one is shown to nobody else.
    """

    __tablename__ = "board_post"
    __table_args__ = (
        Index("board_post_list_idx", "channel_id", text("id desc"), postgresql_where=text("deleted_at is null")),
    )

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(unique=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey(Channel.id))
    title: Mapped[str]
    body: Mapped[str]
    author: Mapped[str] = mapped_column(server_default="")
    secret: Mapped[bool] = mapped_column(server_default="false")
    password: Mapped[str] = mapped_column(server_default="")
    user_value: Mapped[str] = mapped_column(server_default="")
    at: Mapped[Now]
    edited_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
