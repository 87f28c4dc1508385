"""A HubSpot account: contacts with their properties, what is unique, what merging and deleting do to them.

As observed and documented: ids are numbers; e-mail is unique over main and further addresses, kept in lower case; a
merge makes a contact with a new id, and the old ids lead to it; a deleted contact is archived and no longer found.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

OPTIONS: Mapping[str, tuple[str, ...]] = {
    "hs_language": ("ko", "en", "en-us", "ja"),
    "hs_timezone": ("asia_slash_seoul", "europe_slash_berlin", "utc"),
    "lifecyclestage": ("lead", "customer"),
}
TEXTS = ("firstname", "lastname", "email", "phone", "mobilephone", "company", "country", "jobtitle", "membership")
TYPES: Mapping[str, tuple[str, str]] = {
    **dict.fromkeys(TEXTS, ("string", "text")),
    **dict.fromkeys(OPTIONS, ("enumeration", "select")),
    "points": ("number", "number"),
    "birthday": ("date", "date"),
    "newsletter": ("bool", "booleancheckbox"),
    "hs_additional_emails": ("enumeration", "checkbox"),
    "createdate": ("datetime", "date"),
    "lastmodifieddate": ("datetime", "date"),
    "hs_object_id": ("number", "number"),
    "hs_merged_object_ids": ("enumeration", "checkbox"),
}
FIXED = frozenset({"createdate", "lastmodifieddate", "hs_object_id", "hs_merged_object_ids"})
ALWAYS = ("createdate", "lastmodifieddate", "hs_object_id")


class Refused(Exception):
    """The account says no: a status, its category and its words."""

    def __init__(self, status: int, category: str, message: str) -> None:
        super().__init__(message)
        self.status, self.category, self.message = status, category, message


@dataclass(slots=True)
class Person:
    """A contact. ``into``: whom it was merged into."""

    id: str
    properties: dict[str, str]
    created: datetime
    modified: datetime
    archived: bool = False
    into: str = ""


@dataclass(slots=True)
class Portal:
    """One account. ``news`` are the events its webhooks would tell, ``writes`` how many contacts really changed."""

    people: dict[str, Person] = field(default_factory=dict)
    news: list[dict[str, Any]] = field(default_factory=list)
    writes: int = 0
    _numbers: Any = field(default_factory=lambda: itertools.count(101))
    _events: Any = field(default_factory=lambda: itertools.count(1))

    def add(self, at: datetime | None = None, source: str = "CRM_UI", **properties: str) -> str:
        """A contact, as a colleague makes it there; returns its id. Raises Refused."""
        clean = self._clean(properties, "")
        number = str(next(self._numbers))
        now = at or self._now()
        self.people[number] = Person(number, clean, now, now)
        self.writes += 1
        self._tell("creation", number, source)
        return number

    def change(self, number: str, source: str = "CRM_UI", **properties: str) -> None:
        """Set properties, '' empties one. What is the same is no change. Raises Refused."""
        one = self.find(number)
        clean = self._clean(properties, one.id)
        changes = {name: value for name, value in clean.items() if one.properties.get(name, "") != value}
        if changes:
            one.properties.update(changes)
            one.modified = self._now()
            self.writes += 1
        for name, value in changes.items():
            self._tell("propertyChange", one.id, source, propertyName=name, propertyValue=value)

    def delete(self, number: str, *, privacy: bool = False) -> None:
        """Into the archive; with ``privacy`` for good."""
        one = self.find(number)
        one.archived, one.modified = True, self._now()
        self._tell("privacyDeletion" if privacy else "deletion", one.id, "CRM_UI")
        if privacy:
            del self.people[one.id]

    def restore(self, number: str) -> None:
        """Out of the archive."""
        one = self.people[number]
        one.archived, one.modified = False, self._now()
        self._tell("restore", number, "CRM_UI")

    def merge(self, primary: str, other: str) -> str:
        """Make one of two; returns the id of the one there is then."""
        one, two = self.find(primary), self.find(other)
        values = two.properties | {name: value for name, value in one.properties.items() if value}
        mails = [one.properties.get("email"), two.properties.get("email"), *self._mails(one), *self._mails(two)]
        further = [mail for mail in dict.fromkeys(mails) if mail and mail != values.get("email")]
        ids = [one.id, two.id, *self._merged(one), *self._merged(two)]
        number, now = str(next(self._numbers)), self._now()
        listed = {"hs_additional_emails": ";".join(further), "hs_merged_object_ids": ";".join(ids)}
        self.people[number] = Person(number, values | listed, min(one.created, two.created), now)
        one.into = two.into = number
        about = {"primaryObjectId": int(one.id), "mergedObjectIds": [int(two.id)], "newObjectId": int(number)}
        self._tell("merge", number, "CRM_UI", **about, numberOfPropertiesMoved=len(values))
        return number

    def find(self, number: str) -> Person:
        """A contact by its id, or by that of one it was merged from. Raises Refused."""
        one = self.people.get(number)
        while one is not None and one.into:
            one = self.people.get(one.into)
        if one is None or one.archived:
            raise Refused(404, "OBJECT_NOT_FOUND", "resource not found")
        return one

    def by_email(self, mail: str) -> Person | None:
        """Whose main or further address it is."""
        wanted = mail.lower()
        for one in self.living():
            if wanted in (one.properties.get("email", ""), *self._mails(one)):
                return one
        return None

    def living(self) -> Iterable[Person]:
        """All that are neither deleted nor merged away."""
        return [one for one in self.people.values() if not one.archived and not one.into]

    def _clean(self, given: Mapping[str, str], mine: str) -> dict[str, str]:
        made = {name: str(value).strip() for name, value in given.items()}
        for name, value in made.items():
            self._judge(name, value)
        if mail := made.get("email", "").lower():
            made["email"] = mail
            owner = self.by_email(mail)
            if owner is not None and owner.id != mine:
                raise Refused(409, "CONFLICT", f"Contact already exists. Existing ID: {owner.id}")
        return made

    def _judge(self, name: str, value: str) -> None:
        kind = TYPES.get(name)
        if kind is None:
            raise _invalid(name, f'Property "{name}" does not exist')
        if name in FIXED:
            raise _invalid(name, f'"{name}" is a read only property')
        if value and name in OPTIONS and value not in OPTIONS[name]:
            raise _invalid(name, f"{value} was not one of the allowed options: [{', '.join(OPTIONS[name])}]")
        if value and kind[0] == "number" and not value.replace(".", "", 1).lstrip("-").isdecimal():
            raise _invalid(name, f"{value} was not a valid number.")
        if value and name == "email" and ("@" not in value or "." not in value.rpartition("@")[2]):
            raise _invalid(name, f"Email address {value} is invalid")

    def _mails(self, one: Person) -> list[str]:
        return [mail for mail in one.properties.get("hs_additional_emails", "").split(";") if mail]

    def _merged(self, one: Person) -> list[str]:
        return [number for number in one.properties.get("hs_merged_object_ids", "").split(";") if number]

    def _now(self) -> datetime:
        """In milliseconds, as HubSpot keeps it."""
        now = datetime.now(UTC)
        return now.replace(microsecond=now.microsecond // 1000 * 1000)

    def _tell(self, verb: str, number: str, source: str, **more: Any) -> None:
        self.news.append(
            {
                "eventId": next(self._events),
                "subscriptionId": 25,
                "portalId": 62515,
                "appId": 54321,
                "occurredAt": int(datetime.now(UTC).timestamp() * 1000),
                "subscriptionType": f"contact.{verb}",
                "attemptNumber": 0,
                "objectId": int(number),
                "changeSource": source,
                **more,
            }
        )


def _invalid(name: str, why: str) -> Refused:
    said = f'[{{"isValid":false,"message":"{why}","name":"{name}"}}]'
    return Refused(400, "VALIDATION_ERROR", f"Property values were not valid: {said}")
