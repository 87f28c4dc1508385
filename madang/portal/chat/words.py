"""Every text of the widget, in the language of whoever looks. ``{name}`` is filled in by the browser."""

from __future__ import annotations

from madang.lib.language import gettext as _


def launcher(brand: str) -> dict[str, str]:
    """What the launcher on the company's page says."""
    return {
        "title": _("Chat with %(brand)s") % {"brand": brand},
        "open": _("Open the chat"),
        "close": _("Close the chat"),
        "unread_one": _("1 unread message"),
        "unread_many": _("{n} unread messages"),
    }


def frame(*, notices: bool = False) -> dict[str, str]:
    """What the chat itself says; ``notices``: it offers them."""
    return {
        "here": _("We are here"),
        "away": _("We answer as soon as we are back"),
        "promise_here": _("Write to us: somebody of our team answers right here."),
        "promise_away": _(
            "Nobody is here at the moment. Write anyway: we answer here, or by e-mail if you leave an address."
        ),
        "today": _("Today"),
        "yesterday": _("Yesterday"),
        "you": _("You"),
        "via": _("by %(channel)s") % {"channel": "{channel}"},
        "sending": _("Sending"),
        "waiting": _("Not sent yet"),
        "sent": _("Sent"),
        "seen": _("Read"),
        "failed": _("Not sent"),
        "retry": _("Try again"),
        "discard": _("Discard"),
        "gone": _("This message was removed."),
        "typing": _("{name} is writing"),
        "sent_file": _("sent a file"),
        "open_file": _("Download {name}"),
        "remove": _("Remove {name}"),
        "notices": _("Notices") if notices else "",
        "offline": _("You are offline. What you write is sent as soon as you are back."),
        "connecting": _("The connection was lost. Connecting again…"),
        "too_long": _("This is {n} characters too long."),
        "too_large": _("This is too large to send."),
        "too_fast": _("That was very quick. Wait a moment."),
        "file_large": _("Larger than {limit}"),
        "file_empty": _("This file is empty"),
        "file_failed": _("Could not be uploaded"),
        "ask_thanks": _("Thank you. If you close this page, our answer goes to {email}."),
        "ask_wrong": _("This does not look like an e-mail address. Please check it."),
        "ask_later": _("This could not be saved just now. Please try again."),
    }


def proof() -> dict[str, str]:
    """What it says when an address is to be proven."""
    return {
        "proof_sent": _("We have sent a code with 6 digits to {to}. It is valid for 10 minutes."),
        "proof_asked": _("We are sending a code with 6 digits to {to}…"),
        "proof_failed": _("The code could not be sent to {to}. Send it again, or give another address."),
        "proof_over": _("This code is not valid any more. Send a new one to {to}."),
        "proof_wrong": _("This is not the code. Look at the newest message; tries left: {left}."),
        "proof_thanks": _("Thank you. We know now that this address is yours."),
    }


def greeting(brand: str, said: str) -> str:
    """The brand's own greeting, or ours."""
    return said or _("Hello! What can %(brand)s do for you?") % {"brand": brand}
