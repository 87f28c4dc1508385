"""What a connector says of its set-up form: the fields, what is wrong in them, and what is left to do afterwards."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from madang.lib.language import marked
from madang.lib.money import thousandths
from madang.lib.sms import is_region


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a set-up form. Texts are English msgids of the connector's locale folder."""

    name: str
    label: str
    kind: Literal["text", "email", "secret", "number", "choice", "switch", "url", "lines"] = "text"
    help: str = ""
    required: bool = True
    default: str = ""
    choices: tuple[tuple[str, str], ...] = ()  # (value, label)
    show_if: tuple[str, str] | None = None  # (field, value): shown and required only then
    placeholder: str = ""
    advanced: bool = False  # nobody needs it at first: shown folded away
    fresh: Callable[[], str] | None = None  # makes a secret of our own, when none is given; shown to the admin


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do after the set-up. Texts are English msgids of the connector's locale folder.

    ``value`` is what to copy or open; ``{host}`` (our public address), ``{key}`` and settings by name are filled in.
    """

    label: str
    value: str = ""
    kind: Literal["copy", "open", "text"] = "copy"
    help: str = ""


class SetupError(Exception):
    """What is wrong with a set-up, in plain words. ``field`` names the form field, '' the whole form."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field


def api_url(default: str = "", help: str = "") -> Field:
    """Where the provider's API is: its own address, a sandbox, or a simulator. Empty is for the connector to fill."""
    label = marked("Address of the API")
    return Field("api_url", label, kind="url", help=help, required=False, default=default, advanced=True)


def price(name: str, label: str, default: str = "", help: str = "") -> Field:
    """What one message costs, a decimal of the account's currency. Left empty, nobody has said."""
    return Field(name, label, help=help, required=False, default=default, advanced=True)


def check_prices(settings: Mapping[str, Any], *names: str) -> None:
    """Raise :class:`SetupError` at the first of these fields that holds something else than a price."""
    for name in names:
        if settings.get(name) and thousandths(settings[name]) is None:
            raise SetupError(marked("This is no price. Write it as 20 or 8.4."), name)


def currency(default: str) -> Field:
    """Of the prices."""
    label, help = marked("Currency of the prices"), marked("Three letters, such as KRW.")
    return Field("currency", label, help=help, required=False, default=default, advanced=True)


def region(*, advanced: bool = False) -> Field:
    """The country of phone numbers that name none."""
    return Field(
        "region",
        marked("Country of phone numbers without +"),
        required=False,
        default="KR",
        help=marked("Two letters, such as KR or US. Left empty, every number must begin with + and its country."),
        placeholder="KR",
        advanced=advanced,
    )


def check_region(settings: Mapping[str, Any]) -> None:
    """Raise :class:`SetupError` where no phone number could be read as of this country. None is right too."""
    given = str(settings.get("region") or "").upper()
    if given and not is_region(given):
        raise SetupError(marked("This is no country. Give two letters, such as KR or US."), "region")


def our_mark() -> Field:
    """Whether Madang's mark stands, small, at the foot of what customers see; the brand always stands first."""
    return Field(
        "mark",
        marked("Madang's mark at the foot of the page"),
        kind="choice",
        default="small",
        choices=(("small", marked("Small, below your brand")), ("off", marked("Not shown"))),
        advanced=True,
    )


def own_secret(
    name: str, label: str, help: str = "", *, advanced: bool = False, fresh: Callable[[], str] | None = None
) -> Field:
    """A secret of ours, told to the provider. Left empty, one is made: by ``fresh``, or 256 bits safe in an address."""
    return Field(
        name, label, kind="secret", required=False, help=help, advanced=advanced, fresh=fresh or secrets.token_urlsafe
    )
