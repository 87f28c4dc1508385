"""What the window says while it works. The script takes them from the page."""

from __future__ import annotations

from madang.lib.language import gettext as _


def words() -> dict[str, str]:
    """In the reader's language."""
    return {
        "alone": _("Open this window from the chat: it has to know who you are."),
        "unable": _("This browser cannot show notices. On an iPhone, add the site to the home screen first."),
        "refused": _("Notices are blocked for this site. Allow them in the settings of your browser."),
        "on": _("Done. We tell you here when we have answered."),
        "off": _("Notices are off."),
        "failed": _("That did not work. Please try again."),
        "allow": _("Tell me about answers"),
        "stop": _("Stop notices"),
    }
