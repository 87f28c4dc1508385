"""The exports of other programs, known by their column names, and what each of their columns is. Pure.

Zendesk: users as CSV and as JSON (developer.zendesk.com, Users). Intercom: the people list as CSV, contacts as JSON
(developers.intercom.com, Contacts 2.x). Chatwoot: contacts as CSV and the contacts API. HubSpot: contacts as CSV and
crm/v3/objects/contacts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from madang.customers.imports.targets import plain


@dataclass(frozen=True, slots=True)
class Source:
    """``marks``: columns that together show it, in plain spelling. ``columns``: what each is, '' to leave it out.
    ``others``: (column, values) whose rows are no customers."""

    name: str
    label: str
    marks: tuple[frozenset[str], ...]
    columns: Mapping[str, str]
    fields_under: str = ""  # columns below this are custom fields
    others: Mapping[str, frozenset[str]] = field(default_factory=dict)


ZENDESK = Source(
    "zendesk",
    "Zendesk",
    (
        frozenset({"ianatimezone", "localeid", "role"}),
        frozenset({"externalid", "sharedphonenumber"}),
        frozenset({"externalid", "restriction", "organization"}),
        frozenset({"ticketrestriction", "suspended"}),
    ),
    {
        "id": "external_id", "name": "name", "email": "email", "phone": "phone", "organization": "company",
        "organizationname": "company", "locale": "language", "ianatimezone": "timezone", "tags": "tags",
        "notes": "note", "details": "note", "createdat": "created_at", "timezone": "",
        "externalid": "field:external_id",
    },
    "userfields.",
    {"role": frozenset({"agent", "admin"})},
)  # fmt: skip
INTERCOM = Source(
    "intercom",
    "Intercom",
    (
        frozenset({"signedup", "lastseen", "userid"}),
        frozenset({"signedup", "lastheardfrom"}),
        frozenset({"workspaceid", "externalid", "role"}),
        frozenset({"signedupat", "lastseenat", "externalid"}),
    ),
    {
        "id": "external_id", "name": "name", "email": "email", "phone": "phone", "userid": "external_id",
        "externalid": "field:external_id", "signedup": "created_at", "createdat": "created_at", "firstseen": "",
        "country": "region", "locationcountry": "region", "timezone": "timezone", "languageoverride": "language",
        "browserlanguage": "", "tag": "tags", "tags": "tags", "companies": "company", "companyname": "company",
        "region": "", "locationregion": "", "segment": "", "browserversion": "", "browser": "", "os": "",
    },
    "customattributes.",
)  # fmt: skip
CHATWOOT = Source(
    "chatwoot",
    "Chatwoot",
    (
        frozenset({"id", "name", "email", "phonenumber", "identifier"}),
        frozenset({"id", "phonenumber", "additionalattributescompanyname"}),
        frozenset({"thumbnail", "availabilitystatus", "phonenumber"}),
    ),
    {
        "id": "external_id", "name": "name", "email": "email", "phonenumber": "phone",
        "identifier": "field:identifier", "additionalattributescompanyname": "company",
        "additionalattributescountrycode": "region", "additionalattributescountry": "", "companyname": "company",
        "countrycode": "region", "labels": "tags", "createdat": "created_at", "ipaddress": "", "country": "",
    },
    "customattributes.",
)  # fmt: skip
HUBSPOT = Source(
    "hubspot",
    "HubSpot",
    (
        frozenset({"recordid", "firstname", "lastname"}),
        frozenset({"contactid", "firstname", "lastname"}),
        frozenset({"id", "propertieshsobjectid"}),
        frozenset({"id", "propertiesemail", "archived"}),
        frozenset({"id", "propertiesfirstname"}),
    ),
    {
        "recordid": "external_id", "contactid": "external_id", "id": "external_id", "firstname": "first_name",
        "lastname": "last_name", "email": "email", "additionalemailaddresses": "email", "phonenumber": "phone",
        "phone": "phone", "mobilephonenumber": "phone", "mobilephone": "phone", "whatsappphonenumber": "phone",
        "associatedcompany": "company", "companyname": "company", "company": "company", "countryregion": "region",
        "country": "region", "preferredlanguage": "language", "hslanguage": "language", "timezone": "timezone",
        "hstimezone": "timezone", "createdate": "created_at", "createdat": "", "hsobjectid": "", "lastmodifieddate": "",
        "propertieshsobjectid": "", "stateregion": "",
    },
    "properties.",
)  # fmt: skip
SOURCES = (ZENDESK, INTERCOM, CHATWOOT, HUBSPOT)
BY_NAME = {one.name: one for one in SOURCES}


def recognise(columns: Sequence[str]) -> Source | None:
    """Whose export this is, None when nobody's we know."""
    there = {plain(name) for name in columns}
    return next((one for one in SOURCES if any(marks <= there for marks in one.marks)), None)


def mapping_of(source: Source, columns: Sequence[str]) -> list[str]:
    """What each column of a recognised export is; None of it is guessed, so what is unknown is left out."""
    return [_target(source, name) for name in columns]


def _target(source: Source, name: str) -> str:
    from madang.customers.imports.targets import field_name

    word = plain(name)
    if word in source.columns:
        return source.columns[word]
    under = plain(source.fields_under)
    if word.startswith(under):
        rest = name[len(source.fields_under) :]
        if source is HUBSPOT:
            return source.columns.get(plain(rest), "")
        made = field_name(rest)
        return f"field:{made}" if made else ""
    return ""
