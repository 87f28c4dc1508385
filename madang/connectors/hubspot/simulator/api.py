"""The API of an account: paths, bodies and answers as HubSpot documents them (CRM API v3)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from madang.connectors.hubspot.simulator.portal import ALWAYS, FIXED, OPTIONS, TYPES, Person, Portal, Refused

Answer = tuple[int, Any]
DEEPEST = 10_000
SCOPES = ["oauth", "crm.objects.contacts.read", "crm.objects.contacts.write", "crm.schemas.contacts.read"]
_ONE = re.compile(r"/crm/v3/objects/contacts/(\d+)")


class Api:
    """Answers one request at a time. ``scopes`` are what the token may."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self.scopes = list(SCOPES)
        self._posts: Mapping[str, Callable[[Any], Answer]] = {
            "/oauth/v2/private-apps/get/access-token-info": self._token,
            "/crm/v3/objects/contacts": self._create,
            "/crm/v3/objects/contacts/search": self._search,
            "/crm/v3/objects/contacts/merge": self._merge,
            "/crm/v3/objects/contacts/batch/read": self._read,
            "/crm/v3/objects/contacts/batch/create": lambda body: self._batch(body, self._create_one),
            "/crm/v3/objects/contacts/batch/update": lambda body: self._batch(body, self._update_one),
            "/crm/v3/objects/contacts/batch/upsert": lambda body: self._batch(body, self._upsert_one),
        }

    def answer(self, method: str, path: str, query: Mapping[str, str], body: Any) -> Answer:
        """A status and a body. Raises Refused."""
        if method == "POST" and path in self._posts:
            return self._posts[path](body)
        if method == "GET" and path == "/crm/v3/objects/contacts":
            return self._list(query)
        if method == "GET" and path == "/crm/v3/properties/contacts":
            return 200, {"results": [_property(name) for name in TYPES]}
        if method == "GET" and path.startswith("/crm/v3/properties/contacts/"):
            return 200, _property(path.rpartition("/")[2])
        if found := _ONE.fullmatch(path):
            return self._single(method, found[1], query, body)
        raise Refused(404, "OBJECT_NOT_FOUND", f"No such endpoint: {path}")

    def _token(self, _body: Any) -> Answer:
        return 200, {"userId": 1, "hubId": 62515, "appId": 54321, "scopes": self.scopes}

    def _list(self, query: Mapping[str, str]) -> Answer:
        limit, after = int(query.get("limit", 10)), int(query.get("after", 0))
        if limit > 100:
            raise Refused(400, "VALIDATION_ERROR", "limit must be at most 100")
        some = sorted((one for one in self.portal.living() if int(one.id) > after), key=lambda one: int(one.id))
        names = query.get("properties", "firstname,lastname,email").split(",")
        page = [shown(one, names) for one in some[:limit]]
        return 200, {"results": page} | _paging(page[-1]["id"] if len(some) > limit else "")

    def _single(self, method: str, number: str, query: Mapping[str, str], body: Any) -> Answer:
        if method == "PATCH":
            self.portal.change(number, "INTEGRATION", **_texts(body))
        if method == "DELETE":
            self.portal.delete(number)
            return 204, None
        one = self.portal.by_email(number) if query.get("idProperty") == "email" else self.portal.find(number)
        if one is None:
            raise Refused(404, "OBJECT_NOT_FOUND", "resource not found")
        return 200, shown(one, query.get("properties", "firstname,lastname,email").split(","))

    def _create(self, body: Any) -> Answer:
        return 201, self._create_one(body)

    def _create_one(self, given: Any) -> dict[str, Any]:
        return shown(self.portal.find(self.portal.add(None, "INTEGRATION", **_texts(given))), given["properties"])

    def _update_one(self, given: Any) -> dict[str, Any]:
        self.portal.change(given["id"], "INTEGRATION", **_texts(given))
        return shown(self.portal.find(given["id"]), given["properties"])

    def _upsert_one(self, given: Any) -> dict[str, Any]:
        if given.get("idProperty") != "email":
            raise Refused(400, "VALIDATION_ERROR", "idProperty must be a unique property")
        known = next((one for one in self.portal.living() if one.properties.get("email") == given["id"].lower()), None)
        if known is None:
            return {**self._create_one({"properties": {"email": given["id"], **given["properties"]}}), "new": True}
        return {**self._update_one({**given, "id": known.id}), "new": False}

    def _batch(self, body: Any, each: Callable[[Any], dict[str, Any]]) -> Answer:
        """All or nothing: one wrong value refuses the whole batch."""
        inputs = _inputs(body)
        before = {number: (dict(one.properties), one.modified) for number, one in self.portal.people.items()}
        news, writes = len(self.portal.news), self.portal.writes
        try:
            return 200, _done([each(one) for one in inputs])
        except Refused:
            del self.portal.news[news:]
            self.portal.writes = writes
            for number in [one for one in self.portal.people if one not in before]:
                del self.portal.people[number]
            for number, (properties, modified) in before.items():
                self.portal.people[number].properties = properties
                self.portal.people[number].modified = modified
            raise

    def _read(self, body: Any) -> Answer:
        found: dict[str, dict[str, Any]] = {}
        missing: list[str] = []
        for given in _inputs(body):
            one = self._known(given["id"], body.get("idProperty", ""))
            if one is None:
                missing.append(given["id"])
            else:
                found[one.id] = shown(one, body.get("properties", []))
        said = _done(list(found.values()))
        if not missing:
            return 200, said
        error = {"status": "error", "category": "OBJECT_NOT_FOUND", "message": "Could not get some CONTACT objects"}
        return 207, {**said, "numErrors": 1, "errors": [{**error, "context": {"ids": missing}}]}

    def _known(self, number: str, by: str) -> Person | None:
        """The batch does not follow merges: only a single look does."""
        if by == "email":
            return self.portal.by_email(number)
        one = self.portal.people.get(number)
        return one if one is not None and not one.archived and not one.into else None

    def _merge(self, body: Any) -> Answer:
        return 200, shown(self.portal.find(self.portal.merge(body["primaryObjectId"], body["objectIdToMerge"])), [])

    def _search(self, body: Any) -> Answer:
        limit, after = int(body.get("limit") or 10), int(body.get("after") or 0)
        if limit > 200 or after + limit > DEEPEST:
            raise Refused(400, "VALIDATION_ERROR", "The search is limited to 10,000 results")
        groups = body.get("filterGroups") or []
        found = [one for one in self.portal.living() if not groups or any(_fits(one, group) for group in groups)]
        for sort in reversed(body.get("sorts") or []):
            name, falls = (
                (sort, False) if isinstance(sort, str) else (sort["propertyName"], "DESC" in sort["direction"])
            )
            found.sort(key=lambda one: _value(one, name), reverse=falls)
        page = [shown(one, body.get("properties") or []) for one in found[after : after + limit]]
        onward = str(after + limit) if after + limit < len(found) else ""
        return 200, {"total": len(found), "results": page} | _paging(onward)


def shown(one: Person, names: Iterable[str]) -> dict[str, Any]:
    """A contact as the API answers it: the properties asked for, and a few always."""
    fixed = {"createdate": _iso(one.created), "lastmodifieddate": _iso(one.modified), "hs_object_id": one.id}
    has = {**one.properties, **fixed}
    return {
        "id": one.id,
        "properties": {name: has.get(name) or None for name in (*names, *ALWAYS)},
        "createdAt": _iso(one.created),
        "updatedAt": _iso(one.modified),
        "archived": False,
    }


def _fits(one: Person, group: Mapping[str, Any]) -> bool:
    return all(_passes(one, rule) for rule in group["filters"])


def _passes(one: Person, rule: Mapping[str, Any]) -> bool:
    has, wanted = _value(one, rule["propertyName"]), str(rule.get("value", ""))
    if rule["operator"] == "HAS_PROPERTY":
        return bool(has)
    if rule["propertyName"] == "lastmodifieddate":
        number, at = int(one.modified.timestamp() * 1000), int(wanted)
        return {"GTE": number >= at, "GT": number > at, "EQ": number == at}[rule["operator"]]
    return {"EQ": has == wanted, "NEQ": has != wanted}[rule["operator"]]


def _value(one: Person, name: str) -> str:
    return str(shown(one, [name])["properties"][name] or "")


def _inputs(body: Any) -> Sequence[Any]:
    inputs: list[Any] = body.get("inputs", [])
    if len(inputs) > 100:
        raise Refused(400, "VALIDATION_ERROR", "The maximum number of inputs supported in a batch request is 100")
    return inputs


def _texts(given: Any) -> dict[str, str]:
    return {name: "" if value is None else str(value) for name, value in given["properties"].items()}


def _done(results: list[dict[str, Any]]) -> dict[str, Any]:
    at = "2026-11-22T09:00:00.000Z"
    return {"status": "COMPLETE", "results": results, "startedAt": at, "completedAt": at}


def _paging(after: str) -> dict[str, Any]:
    return {"paging": {"next": {"after": after, "link": f"?after={after}"}}} if after else {}


def _iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def _property(name: str) -> dict[str, Any]:
    if name not in TYPES:
        raise Refused(404, "OBJECT_NOT_FOUND", f"No property {name}")
    kind, shape = TYPES[name]
    options = [{"value": one, "label": one, "displayOrder": 1, "hidden": False} for one in OPTIONS.get(name, ())]
    label = {"hs_language": "Preferred language", "hs_timezone": "Time Zone", "country": "Country/Region"}.get(name, "")
    return {
        "name": name,
        "label": label or name.capitalize(),
        "type": kind,
        "fieldType": shape,
        "groupName": "contactinformation",
        "description": "",
        "options": options,
        "hidden": False,
        "calculated": False,
        "modificationMetadata": {"archivable": True, "readOnlyDefinition": False, "readOnlyValue": name in FIXED},
    }
