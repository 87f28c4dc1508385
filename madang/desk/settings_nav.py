"""The settings, as their menu, their landing page and their help show them: one entry a screen."""

from __future__ import annotations

from dataclasses import dataclass

from madang.lib.language import marked as _
from madang.staff.permissions import Verb, Viewer


@dataclass(frozen=True, slots=True)
class Item:
    """One screen. ``verb`` is the permission that opens it.

    ``lead`` says in a line what is there, ``help`` how it works, ``effect`` what it changes for customers; ``also`` are
    other words by which people look for it, with commas; ``docs`` is a page of docs/ without its ending. ``whole``: it
    is about everybody, so it opens only for who sees every conversation of every brand.
    """

    name: str
    label: str
    href: str
    icon: str
    verb: Verb
    lead: str = ""
    help: str = ""
    effect: str = ""
    also: str = ""
    docs: str = ""
    whole: bool = False

    def opens(self, viewer: Viewer) -> bool:
        """Whether it opens for her."""
        return viewer.may(self.verb) and (viewer.scope.whole or not self.whole)


YOU = (
    Item(
        "account",
        _("Your account"),
        "/settings/account",
        icon="user-round",
        verb="conversation.read",
        lead=_("Your name, language, time zone, look of the desk, password and browsers."),
        help=_("All of this is yours alone and goes with you to every machine. Nobody else sees its history."),
        effect=_("Customers see your name above your answers. Nothing else here reaches them."),
        also=_("profile, me, theme, dark mode, language, log out, sign out everywhere, sessions"),
    ),
    Item(
        "notifications",
        _("Notifications"),
        "/settings/notifications",
        icon="bell-ring",
        verb="conversation.read",
        lead=_("What you are told, by which way, in which hours, and the browsers that wake you."),
        help=_("Each line is a reason, each column a way. What you have seen anywhere is gone everywhere."),
        effect=_("Customers notice nothing of it."),
        also=_("push, desktop, sound, bell, mail digest, quiet hours, do not disturb, mute"),
    ),
)
ANSWERS = (
    Item(
        "macros",
        _("Macros"),
        "/settings/macros",
        icon="zap",
        verb="conversation.reply",
        lead=_("Answers you give often, with what you do along with them."),
        help=_("Your own ones you keep yourself; shared ones are kept by leads. Write / in the composer to use one."),
        effect=_("Customers get the text in their language, with their name, order and what else it names filled in."),
        also=_("saved replies, canned responses, templates, snippets, quick answers, shortcuts, slash"),
        docs="macros",
    ),
    Item(
        "guides",
        _("Guides"),
        "/settings/guides",
        icon="list-checks",
        verb="guide.manage",
        lead=_("What to say, to ask and to do, beside the conversation."),
        help=_("A guide offers itself where its brand, topics, channels and language fit. Ticks stay when it changes."),
        effect=_("Customers do not see guides; they are asked the same things whoever answers."),
        also=_("script, checklist, playbook, process, call script, steps, training"),
        docs="guides",
    ),
    Item(
        "views",
        _("Shared views"),
        "/settings/views",
        icon="list-filter",
        verb="view.manage",
        lead=_("Lists of conversations that everybody, or a team, has in the inbox."),
        help=_("A view is made in the inbox: filter the list, then save it. Its own filters are changed there, too."),
        effect=_("Customers notice nothing of it; what a list shows is found and answered sooner."),
        also=_("saved filters, queue, folder, inbox, smart list, mailbox"),
    ),
)
COMPANY = (
    Item(
        "channels",
        _("Channels"),
        "/settings/channels",
        icon="cable",
        verb="channel.manage",
        lead=_("Where customers write to you: mail, chat, messengers, phone."),
        help=_("A set-up is tried at the provider before it is kept, so a typing error cannot break what works."),
        effect=_("While a channel is paused, customers can still write; your answers wait."),
        also=_("inbox, connect, integration, e-mail, KakaoTalk, LINE, chat, SMS, webhook address, token, pause"),
        docs="connectors",
    ),
    Item(
        "brands",
        _("Brands"),
        "/settings/brands",
        icon="palette",
        verb="brand.manage",
        lead=_("Names, colours and voices under which you speak."),
        help=_("Every channel belongs to one brand, and every conversation to the brand it came in by."),
        effect=_("Customers see the name, the colour, the greeting of the chat and the signature under mails."),
        also=_("logo, colour, look, design, company name, signature, welcome text, language of the chat"),
    ),
    Item(
        "doors",
        _("Matters and doors"),
        "/settings/doors",
        icon="route",
        verb="brand.manage",
        lead=_("When a message goes on with an old matter, and which channel is tried next."),
        help=_("The examples on the page are decided by the same rule that decides in earnest."),
        effect=_(
            "Customers are answered in one conversation instead of two, and reached by the next channel when one fails."
        ),
        also=_("threading, reopen, merge conversations, fallback, chain, order of channels, failed delivery"),
        docs="doors",
    ),
    Item(
        "alerts",
        _("Alerts"),
        "/settings/alerts",
        icon="bell",
        verb="channel.manage",
        lead=_("Who is written to when a channel stops or messages wait."),
        help=_("What passes by itself within minutes wakes nobody. When it is over, that is told too."),
        effect=_("Customers see nothing of it; you hear of a broken channel before they do."),
        also=_("monitoring, outage, warning, incident, mail to administrators, on call"),
        docs="operate",
    ),
)
PEOPLE = (
    Item(
        "staff",
        _("Staff"),
        "/settings/staff",
        icon="users-round",
        verb="staff.manage",
        lead=_("Who works here, what each may do and see."),
        help=_("A role says what somebody may do; “sees” says which conversations exist for her."),
        effect=_("A customer’s words are shown only to those whose scope holds the conversation."),
        also=_("agents, colleagues, users, invite, invitation, role, permission, administrator, access, password link"),
    ),
    Item(
        "teams",
        _("Teams"),
        "/settings/teams",
        icon="handshake",
        verb="team.manage",
        lead=_("Groups that share work."),
        help=_("Who sees only her teams’ conversations sees more or less the moment a team changes."),
        effect=_("A matter goes to those who know about it."),
        also=_("group, department, members, assign"),
    ),
    Item(
        "fields",
        _("Fields"),
        "/settings/fields",
        icon="list-plus",
        verb="brand.manage",
        lead=_("What you want to know of every customer."),
        help=_("A field’s name in programs and its kind stay for ever; its label, answers and readers can change."),
        effect=_("Customers do not see these fields. Some can be kept to leads and administrators."),
        also=_("attributes, properties, custom fields, membership, data"),
        docs="segments",
    ),
    Item(
        "matching",
        _("Same person"),
        "/settings/matching",
        icon="merge",
        verb="matching.manage",
        lead=_("How customers who are one person are found."),
        help=_("It asks by itself, and merges only where you allow it and past decisions bear it out."),
        effect=_("A customer who comes by another channel is known. Every merge can be undone."),
        also=_("duplicates, merge, deduplicate, identity, probability"),
        docs="matching",
    ),
    Item(
        "imports",
        _("Imports"),
        "/settings/imports",
        icon="file-up",
        verb="import.read",
        lead=_("Customers out of files, and into files."),
        help=_("A file is looked through first. What was taken in can be taken back as a whole."),
        effect=_("Nobody is written to by an import."),
        also=_("CSV, Excel, XLSX, upload, migrate, Zendesk, Intercom, export, download customers"),
        docs="imports",
        whole=True,
    ),
    Item(
        "crm",
        _("CRM"),
        "/settings/crm",
        icon="arrow-left-right",
        verb="channel.manage",
        lead=_("Customers here and contacts elsewhere, kept in step."),
        help=_("Before the first sync you see what would happen, without anything happening."),
        effect=_("What a customer told one side is known on the other."),
        also=_("HubSpot, Salesforce, sync, contacts, mapping"),
        docs="crm",
        whole=True,
    ),
)
PROGRAMS = (
    Item(
        "tokens",
        _("API tokens"),
        "/settings/tokens",
        icon="key-round",
        verb="token.manage",
        lead=_("Keys for programs of yours."),
        help=_("A key is shown once. Give each program its own, so that one can be taken away."),
        effect=_("A program with a key can read and write what its role allows, customers’ words included."),
        also=_("API key, secret, developer, REST, access token, revoke"),
        docs="api",
    ),
    Item(
        "webhooks",
        _("Webhooks"),
        "/settings/webhooks",
        icon="webhook",
        verb="webhook.manage",
        lead=_("Programs that are told of what happens."),
        help=_("Events go out signed and in order, and are tried again until they are taken."),
        effect=_("What customers write leaves the house to the address you give."),
        also=_("outgoing, events, notify programs, callback, signing secret, Zapier, n8n"),
        docs="outgoing-webhooks",
    ),
)

SETTINGS_NAV: tuple[tuple[str, tuple[Item, ...]], ...] = (
    (_("You"), YOU),
    (_("Answers"), ANSWERS),
    (_("Company"), COMPANY),
    (_("People"), PEOPLE),
    (_("Programs"), PROGRAMS),
)


def items() -> dict[str, Item]:
    """Every page by its name."""
    return {item.name: item for _heading, group in SETTINGS_NAV for item in group}


def pages_of(viewer: Viewer) -> frozenset[str]:
    """The names of those that open for her."""
    return frozenset(name for name, item in items().items() if item.opens(viewer))
