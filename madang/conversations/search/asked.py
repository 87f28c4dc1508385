"""What is asked of the search: the words, and what the hits must be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, true

from madang.conversations.models import Conversation, Message
from madang.conversations.search import days
from madang.lib.search.question import Question
from madang.staff.permissions import Viewer

Speaker = Literal["customer", "us", "note"]
_MARK: dict[Speaker, str] = {"customer": "#in", "us": "#out", "note": "#note"}
LONGEST = 400  # characters of a question
_LONG_AGO = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Asked:
    """The words, and filters that each narrow: None, or False for ``files``, is no filter.

    ``channels`` any of these; ``assignee`` a colleague's number or "none"; ``since`` and ``until`` when it was said,
    the first inclusive, the second not; ``by`` who said it; ``files`` only what brings files.
    """

    words: str
    channels: Sequence[int] | None = None
    brand: int | None = None
    status: Literal["open", "closed"] | None = None
    assignee: int | Literal["none"] | None = None
    since: datetime | None = None
    until: datetime | None = None
    by: Speaker | None = None
    files: bool = False

    @property
    def plain(self) -> bool:
        """Whether nothing but words is asked."""
        return self == Asked(self.words)

    @property
    def long_ago(self) -> bool:
        """Whether only messages are asked for that are certainly not among the newest."""
        return self.until is not None and self.until < datetime.now(UTC) - _LONG_AGO

    def tsquery(self, viewer: Viewer, question: Question, *, dated: bool = True) -> str:
        """Words and what never changes of a message, for the index. The viewer's brands are a part of it.

        ``dated``: whether every entry tells its day by now.
        """
        return " & ".join(self.parts(viewer, question, dated=dated))

    def parts(self, viewer: Viewer, question: Question, *, dated: bool = True) -> list[str]:
        """As :meth:`tsquery`, each word and each mark for itself."""
        parts = question.parts()
        if self.brand is not None:
            parts.append(f"'#b{self.brand}'")
        if viewer.scope.brands is not None:
            parts.append(_any(f"#b{number}" for number in sorted(viewer.scope.brands)))
        if self.channels is not None:
            parts.append(_any(f"#c{number}" for number in self.channels))
        if self.by:
            parts.append(f"'{_MARK[self.by]}'")
        if self.files:
            parts.append("'#file'")
        if dated and (said := days.between(self.since, self.until, datetime.now(UTC))):
            parts.append(_any(said))
        return parts

    def of_conversation(self, viewer: Viewer) -> list[ColumnElement[bool]]:
        """What the conversation must be: first of all one the viewer may see."""
        rules = [viewer.scope.where(Conversation)]
        if self.brand is not None:
            rules.append(Conversation.brand_id == self.brand)
        if self.status:
            rules.append(Conversation.status == self.status)
        if self.assignee == "none":
            rules.append(Conversation.assignee_id.is_(None))
        elif self.assignee is not None:
            rules.append(Conversation.assignee_id == self.assignee)
        return rules

    def of_message(self) -> ColumnElement[bool] | None:
        """What only the message itself knows: when it was said."""
        if self.since is None and self.until is None:
            return None
        rule: ColumnElement[bool] = true()
        if self.since is not None:
            rule = rule & (Message.at >= self.since)
        if self.until is not None:
            rule = rule & (Message.at < self.until)
        return rule


def _any(marks: Iterable[str]) -> str:
    some = [f"'{mark}'" for mark in marks]
    return f"({' | '.join(some)})" if some else "'#nothing'"
