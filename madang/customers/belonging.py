"""What belongs to a customer, and how it follows her through merges.

A merge sets one pointer, from the customer who is merged to the one who stays, so that merged customers form trees:
the root of a tree is the person everybody sees. Every row of hers names the root, so that reading costs nothing, and
its *home*, the customer it was made for, which never changes. What is whose is therefore a function of the homes and
of the pointers that stand, whatever the order in which merges are made and undone.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey, MetaData, Table
from sqlalchemy.orm import Mapped, declared_attr, mapped_column


class Belongs:
    """A row of a customer's. ``home_id`` is null while it was never merged: then its customer is its home."""

    @declared_attr
    def customer_id(self) -> Mapped[int]:
        """The root: the person everybody sees."""
        return mapped_column(ForeignKey("customer.id"))

    @declared_attr
    def home_id(self) -> Mapped[int | None]:
        """For whom it was made."""
        return mapped_column(ForeignKey("customer.id"))


def belongings(metadata: MetaData) -> list[Table]:
    """Every table whose rows follow a customer through merges, in one order."""
    return [table for table in metadata.sorted_tables if {"customer_id", "home_id"} <= set(table.c.keys())]


def single_by(table: Table) -> list[str]:
    """The columns by which a row of hers is single: she has each once. Empty when she may have many alike."""
    key: list[Any] = list(table.primary_key.columns)
    return [column.name for column in key if column.name != "customer_id"] if table.c.customer_id in key else []
