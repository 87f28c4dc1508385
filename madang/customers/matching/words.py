"""What a level of agreement is called on a screen, by field and level."""

from __future__ import annotations

from madang.lib.language import marked as _

UNKNOWN = _("Not known of both")
OWN = {"reached": ("address",), "birth": ("birth", "birthday"), "number": ("number",)}  # read from fields of one's own
READ = frozenset(name for names in OWN.values() for name in names)

WORDS: dict[str, dict[str, str]] = {
    "name": {
        "initials": _("The initials fit; the rest of one name is not known"),
        "same": _("The same name"),
        "another same": _("One of the names is the same"),
        "crossed": _("The same name with family and given name swapped"),
        "given same, family alike": _("The same given name, and nearly the same family name"),
        "family same, given a slip": _("The same family name, and a given name that differs by a letter"),
        "family same, given alike": _("The same family name, and a similar given name"),
        "both alike": _("Both parts of the name are similar"),
        "given same, family unknown": _("The same given name; one family name is not known"),
        "given same": _("The same given name, another family name"),
        "alike": _("The names are similar"),
        "family same": _("The same family name, another given name"),
        "different": _("Different names"),
    },
    "reached": {
        "phone and home": _("The same phone number and the same home"),
        "phone": _("The same phone number"),
        "flat": _("The same flat"),
        "home": _("The same address"),
        "home elsewhere": _("The same street and number, in another town"),
        "street": _("Nearly the same address"),
        "building": _("The same building, another flat"),
        "phone with a slip": _("Phone numbers that differ by a digit"),
        "postcode and town": _("The same postcode and town"),
        "area": _("The same area"),
        "different": _("Neither phone number nor address is the same"),
    },
    "email": {
        "same": _("The same e-mail address"),
        "mailbox": _("The same name before the @, at another provider"),
        "slip": _("E-mail addresses that differ by a letter"),
        "alike": _("Similar e-mail addresses"),
        "alike as the names": _("Similar e-mail addresses, as the names are"),
        "different": _("Different e-mail addresses"),
    },
    "email at home": {
        "same": _("The same e-mail address too"),
        "mailbox": _("The same name before the @ too, at another provider"),
        "alike": _("Similar e-mail addresses too"),
        "different": _("Different e-mail addresses"),
    },
    "birth": {
        "same": _("The same date of birth"),
        "slip": _("Dates of birth that differ by a digit"),
        "two slips": _("Dates of birth that differ by two digits"),
        "different": _("Different dates of birth"),
    },
    "number": {
        "same": _("The same customer number"),
        "slip": _("Customer numbers that differ by a digit"),
        "two slips": _("Customer numbers that differ by two digits"),
        "different": _("Different customer numbers"),
    },
    "company": {
        "same": _("The same company"),
        "alike": _("Companies with similar names"),
        "different": _("Different companies"),
    },
}


def words(field: str, level: str) -> str:
    """The msgid of what a field says; the caller translates it."""
    return WORDS[field].get(level, UNKNOWN)
