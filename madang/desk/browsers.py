"""What a browser is, in two words, out of what it calls itself."""

from __future__ import annotations

from madang.lib.language import gettext as _

# The order counts: every browser claims to be all before it.
_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Whale/", "Whale"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


def browser(agent: str) -> str:
    """Firefox · Windows; of an unknown one its own first words."""
    found = [_first(names, agent) for names in (_BROWSERS, _SYSTEMS)]
    return " · ".join(name for name in found if name) or agent[:40] or _("Unknown browser")


def _first(names: tuple[tuple[str, str], ...], agent: str) -> str:
    return next((name for mark, name in names if mark in agent), "")
