"""What a new house needs, one after another; each is done by itself as soon as it is so."""

from __future__ import annotations

from dataclasses import dataclass

from madang.alerts.queries import chosen
from madang.brands.queries import brands
from madang.channels.queries import channels
from madang.conversations.begun import answered
from madang.conversations.doors.policies import chain
from madang.customers.imports.queries import imports
from madang.lib.language import marked as _
from madang.lib.postgres import Tx
from madang.staff.permissions import Verb, Viewer
from madang.staff.queries import invitations, users
from madang.staff.shared_wishes import said_last

WISH = "first-steps"


@dataclass(frozen=True, slots=True)
class Kind:
    """One step, as it is told. ``verb`` is what lets somebody take it."""

    name: str
    title: str
    text: str
    href: str
    label: str
    icon: str
    verb: Verb


@dataclass(frozen=True, slots=True)
class Step:
    """One step, and whether it is done."""

    kind: Kind
    done: bool


KINDS = (
    Kind(
        "brand",
        _("Give the brand its voice"),
        _("A colour, a greeting and a signature: customers see them in the chat and under every mail."),
        "/settings/brands",
        _("To the brands"),
        icon="palette",
        verb="brand.manage",
    ),
    Kind(
        "channel",
        _("Connect the first channel"),
        _("The mailbox you have already, or the chat, which needs one line on your site."),
        "/settings/channels/new",
        _("Connect a channel"),
        icon="cable",
        verb="channel.manage",
    ),
    Kind(
        "talk",
        _("Have a first conversation"),
        _("Write to yourself as a customer would, and answer from the inbox."),
        "/?view=all",
        _("To the inbox"),
        icon="messages-square",
        verb="conversation.reply",
    ),
    Kind(
        "people",
        _("Invite a colleague"),
        _("By a link that works once. Her role says what she sees and may do."),
        "/settings/staff/invite",
        _("Invite"),
        icon="user-round-plus",
        verb="staff.manage",
    ),
    Kind(
        "chain",
        _("Say what follows when a channel does not reach somebody"),
        _("A closed window, no answer, a blocked number: the answer then goes out by the next channel."),
        "/settings/doors",
        _("To the channels’ order"),
        icon="route",
        verb="brand.manage",
    ),
    Kind(
        "alerts",
        _("Be told when something stops"),
        _("A mail to whoever looks after it, as soon as a channel fails or something is left behind."),
        "/settings/alerts",
        _("To the alerts"),
        icon="bell",
        verb="channel.manage",
    ),
    Kind(
        "import",
        _("Bring the customers you know"),
        _("From a file or another system. It is looked at first, and can be taken back."),
        "/settings/imports",
        _("Import"),
        icon="file-up",
        verb="import.read",
    ),
)


async def steps(tx: Tx, viewer: Viewer) -> list[Step]:
    """Those she may take, in order, each with whether it is done in this house."""
    done = await _done(tx, viewer)
    hers = [kind for kind in KINDS if viewer.may(kind.verb) and (viewer.scope.whole or kind.name != "import")]
    return [Step(kind, done[kind.name]) for kind in hers]


async def _done(tx: Tx, viewer: Viewer) -> dict[str, bool]:
    rows = await brands(tx)
    return {
        "brand": any(one.greeting or one.signature for one in rows),
        "channel": bool(await channels(tx)),
        "talk": await answered(tx),
        "people": len(await users(tx)) > 1 or bool(await invitations(tx)),
        "chain": any([bool(await chain(tx, one.id)) for one in rows]),
        "alerts": bool((await chosen(tx)).recipients),
        "import": not viewer.scope.whole or bool(await imports(tx, viewer, 1)),  # a file names people of every brand
    }


async def put_away(tx: Tx) -> bool:
    """Whether somebody has put the list away for this house."""
    said = await said_last(tx, WISH)
    return bool(isinstance(said, dict) and said.get("away"))
