"""The settings, as their menu shows them: one line a screen."""

from __future__ import annotations

from dataclasses import dataclass

from madang.lib.language import marked as _
from madang.staff.permissions import Verb


@dataclass(frozen=True, slots=True)
class Item:
    """One screen. ``verb`` is the permission that opens it."""

    name: str
    label: str
    href: str
    icon: str
    verb: Verb


SETTINGS_NAV: tuple[tuple[str, tuple[Item, ...]], ...] = (
    (_("You"), (Item("account", _("Your account"), "/settings/account", icon="user-round", verb="conversation.read"),)),
    (
        _("Company"),
        (
            Item("channels", _("Channels"), "/settings/channels", icon="cable", verb="channel.manage"),
            Item("brands", _("Brands"), "/settings/brands", icon="palette", verb="brand.manage"),
            Item("doors", _("Matters and doors"), "/settings/doors", icon="route", verb="brand.manage"),
            Item("alerts", _("Alerts"), "/settings/alerts", icon="bell", verb="channel.manage"),
        ),
    ),
    (
        _("People"),
        (
            Item("staff", _("Staff"), "/settings/staff", icon="users-round", verb="staff.manage"),
            Item("teams", _("Teams"), "/settings/teams", icon="handshake", verb="team.manage"),
            Item("fields", _("Customer fields"), "/settings/fields", icon="list-plus", verb="brand.manage"),
            Item("matching", _("Same person"), "/settings/matching", icon="merge", verb="matching.manage"),
            Item("imports", _("Imports"), "/settings/imports", icon="file-up", verb="import.read"),
            Item("crm", _("CRM"), "/settings/crm", icon="arrow-left-right", verb="channel.manage"),
        ),
    ),
    (
        _("Programs"),
        (
            Item("tokens", _("API tokens"), "/settings/tokens", icon="key-round", verb="token.manage"),
            Item("webhooks", _("Webhooks"), "/settings/webhooks", icon="webhook", verb="webhook.manage"),
        ),
    ),
)
