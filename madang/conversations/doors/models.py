"""What is known of a door to a person: closed or barred, the next in the chain, the link from one to another."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import BigInteger, ForeignKey, Index, SmallInteger, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from madang.brands.models import Brand
from madang.channels.models import Channel, ChannelTemplate
from madang.conversations.models import Conversation, Message
from madang.customers.models import Identity
from madang.lib.jumps import waits
from madang.lib.tables import Base, Id, Json, Now

LASTS = timedelta(days=1)  # how long a link leads somewhere


class Reach(Base):
    """What an address of hers said of a channel beside words: its session ended, or she wants nothing more by it.

    The next she says there opens it again; what she barred stays barred until she allows it or writes. ``heard_at`` is
    kept where the channel's window counts from it: whichever conversation she wrote in.
    """

    __tablename__ = "reach"

    channel_id: Mapped[int] = mapped_column(ForeignKey(Channel.id), primary_key=True)
    identity_id: Mapped[int] = mapped_column(ForeignKey(Identity.id), primary_key=True)
    closed_at: Mapped[datetime | None]
    blocked_at: Mapped[datetime | None]
    heard_at: Mapped[datetime | None]


class ChainStep(Base):
    """A door that is tried when those before it did not lead to her. ``wait``: minutes for a receipt, 0 for none.

    With a ``template_id`` it is said by that template; ``values`` fills its places, see ``chains.py``.
    """

    __tablename__ = "chain_step"
    __table_args__ = (UniqueConstraint("brand_id", "place"),)

    id: Mapped[Id]
    brand_id: Mapped[int] = mapped_column(ForeignKey(Brand.id))
    place: Mapped[int] = mapped_column(SmallInteger)
    channel_id: Mapped[int] = mapped_column(ForeignKey(Channel.id))
    template_id: Mapped[int | None] = mapped_column(ForeignKey(ChannelTemplate.id))
    values: Mapped[Json]
    wait: Mapped[int] = mapped_column(SmallInteger, server_default="0")


class ChainRun(Base):
    """A message that is on its way through its brand's chain. ``place`` is the step it is at, -1 before the first.

    ``due``: when the next is tried unless a receipt comes before; null while it is being handed over.
    """

    __tablename__ = "chain_run"
    __table_args__ = (Index("chain_run_due_idx", "due", postgresql_where=text("due is not null")),)

    message_id: Mapped[int] = mapped_column(ForeignKey(Message.id), primary_key=True)
    place: Mapped[int] = mapped_column(SmallInteger)
    due: Mapped[datetime | None] = mapped_column(info=waits(text("due is not null")))


class Carry(Base):
    """A link by which she goes on elsewhere, once. Who comes by it is the person behind ``identity_id``.

    ``digest`` is of the code alone (SHA-256); the code is nowhere here.
    """

    __tablename__ = "carry"

    digest: Mapped[str] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey(Conversation.id), index=True)
    identity_id: Mapped[int | None] = mapped_column(ForeignKey(Identity.id))
    by: Mapped[str]
    at: Mapped[Now]
    expires_at: Mapped[datetime] = mapped_column(info=waits(slack=LASTS))
    used_at: Mapped[datetime | None]
    used_channel_id: Mapped[int | None] = mapped_column(ForeignKey(Channel.id))


class Introduction(Base):
    """Somebody new whose name only the provider knows: it is to be asked."""

    __tablename__ = "introduction"

    identity_id: Mapped[int] = mapped_column(ForeignKey(Identity.id), primary_key=True)
    due: Mapped[Now] = mapped_column(index=True, info=waits(text("true")))
    tries: Mapped[int] = mapped_column(SmallInteger, server_default="0")


class Moving(Base):
    """Messages that a person moved from one conversation to another; undone, it is history."""

    __tablename__ = "moving"

    id: Mapped[Id]
    from_id: Mapped[int] = mapped_column(ForeignKey(Conversation.id), index=True)
    to_id: Mapped[int] = mapped_column(ForeignKey(Conversation.id), index=True)
    message_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    opened: Mapped[bool] = mapped_column(server_default="false")  # ``to_id`` was made for it
    was_status: Mapped[str] = mapped_column(server_default="open")  # of ``from_id``
    by: Mapped[str]
    at: Mapped[Now]
    undone_by: Mapped[str] = mapped_column(server_default="")
    undone_at: Mapped[datetime | None]
