"""Every screen there is: its name, where it is found, the template it shows. bin/screenshots goes through it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Screen:
    """``path`` is where it begins, ``first`` the way from there, ``then`` what is added to the last address."""

    name: str
    template: str
    path: str
    first: tuple[str, ...] = ()  # selectors of the links that lead on from `path`, the first that fits of each
    then: str = ""  # what is added to the link's address
    press: str = ""  # keys, pressed one after another on the page
    signed_in: bool = True
    status: int = 200
    wide: bool = False  # not on a phone


SCREENS = (
    Screen("inbox", "desk/desk.html", "/?view=all"),
    Screen("inbox-empty", "desk/desk.html", "/?view=mine"),
    Screen("conversation", "desk/desk.html", "/?view=all", ("#list a.row",)),
    Screen("keys", "desk/desk.html", "/?view=all", ("#list a.row",), press="?", wide=True),
    Screen("palette", "desk/desk.html", "/?view=all", press="Control+k", wide=True),
    Screen("customer", "customers/customer.html", "/?view=all", ("#list a.row", ".panel-name a")),
    Screen("same", "customers/queue.html", "/suggestions"),
    Screen("same-automatic", "customers/automatic.html", "/suggestions/automatic"),
    Screen("same-find", "customers/find.html", "/?view=all", ("#list a.row", ".panel-name a"), "/merge"),
    Screen("segments", "segments/list.html", "/segments"),
    Screen("segment-new", "segments/editor.html", "/segments/new"),
    Screen("quality", "quality/overview.html", "/quality"),
    Screen("counter", "counter/stores.html", "/counter"),
    Screen("ledger", "ledger/overview.html", "/ledger"),
    Screen("ledger-channel", "ledger/channel.html", "/ledger", ("main a[href^='/ledger/channels/']",)),
    Screen("ledger-answers", "ledger/answers.html", "/ledger", ("main a[href^='/ledger/channels/']",), "/answers"),
    Screen(
        "ledger-deliveries", "ledger/deliveries.html", "/ledger", ("main a[href^='/ledger/channels/']",), "/deliveries"
    ),
    Screen("ledger-replay", "ledger/replay.html", "/ledger", ("main a[href^='/ledger/channels/']",), "/replays/new"),
    Screen("ledger-quarantine", "ledger/quarantine.html", "/ledger/quarantine"),
    Screen("ledger-letters", "ledger/letters.html", "/ledger/letters"),
    Screen("settings", "settings/home.html", "/settings"),
    Screen("settings-found", "settings/home.html", "/settings?q=password"),
    Screen("settings-changes", "settings/history.html", "/settings/history"),
    Screen("settings-help", "settings/help.html", "/settings/help/doors"),
    Screen("notifications", "notifications/page.html", "/notifications"),
    Screen("settings", "settings/home.html", "/settings"),
    Screen("settings-help", "settings/help.html", "/settings/help/channels"),
    Screen("settings-history", "settings/history.html", "/settings/history"),
    Screen("settings-notifications", "settings/notifications.html", "/settings/notifications"),
    Screen("macros", "settings/macros.html", "/settings/macros"),
    Screen("macro-new", "settings/macro.html", "/settings/macros/new"),
    Screen("guides", "settings/guides.html", "/settings/guides"),
    Screen("guide-new", "settings/guide.html", "/settings/guides/new"),
    Screen("account", "settings/account.html", "/settings/account"),
    Screen("channels", "settings/channels.html", "/settings/channels"),
    Screen(
        "channel",
        "settings/channel.html",
        "/settings/channels",
        ("main a[href^='/settings/channels/']:not([href*=new])",),
    ),
    Screen("channel-choose", "settings/channel_choose.html", "/settings/channels/new"),
    Screen("channel-new", "settings/channel_new.html", "/settings/channels/new/kakao_consult"),
    Screen("brands", "settings/brands.html", "/settings/brands"),
    Screen("brand", "settings/brand.html", "/settings/brands", ("main a[href^='/settings/brands/']:not([href$=new])",)),
    Screen("doors", "settings/doors.html", "/settings/doors"),
    Screen("alerts", "settings/alerts.html", "/settings/alerts"),
    Screen("settings-notifications", "settings/notifications.html", "/settings/notifications"),
    Screen("notifications", "notifications/page.html", "/notifications"),
    Screen("staff", "settings/staff.html", "/settings/staff"),
    Screen("staff-invite", "settings/staff_invite.html", "/settings/staff/invite"),
    Screen(
        "staff-person",
        "settings/staff_person.html",
        "/settings/staff",
        ("main a[href^='/settings/staff/']:not([href$=invite])",),
    ),
    Screen("macros", "settings/macros.html", "/settings/macros"),
    Screen("macro", "settings/macro.html", "/settings/macros", ("main td a.text-link",)),
    Screen("guides", "settings/guides.html", "/settings/guides"),
    Screen("guide", "settings/guide.html", "/settings/guides", ("main td a.text-link",)),
    Screen("teams", "settings/teams.html", "/settings/teams"),
    Screen("team-new", "settings/team.html", "/settings/teams/new"),
    Screen("fields", "settings/fields.html", "/settings/fields"),
    Screen("field-new", "settings/field.html", "/settings/fields/new"),
    Screen("matching", "settings/matching.html", "/settings/matching"),
    Screen("imports", "settings/imports.html", "/settings/imports"),
    Screen("crm", "settings/crms.html", "/settings/crm"),
    Screen("crm-set-up", "settings/crm_setup.html", "/settings/crm/new/hubspot"),
    Screen("tokens", "settings/tokens.html", "/settings/tokens"),
    Screen("webhooks", "settings/webhooks.html", "/settings/webhooks"),
    Screen("webhook-new", "settings/webhook_form.html", "/settings/webhooks/new"),
    Screen("first-steps", "first_steps.html", "/first-steps"),
    Screen("look", "design/design.html", "/desk/design"),
    Screen("not-found", "error.html", "/nothing-here", status=404),
    Screen("offline", "offline.html", "/offline", signed_in=False),
    Screen("sign-in", "sign_in.html", "/signin", signed_in=False),
    # "mail_off.html" is behind a signed link, which stands only in a mail: madang/desk/tests/test_notifications.py
    Screen("offline", "offline.html", "/offline", signed_in=False),
    Screen("link-gone", "link_gone.html", "/join/used-long-ago", signed_in=False, status=404),
    Screen(
        "chat-shop",
        "chat/try.html",
        "/settings/channels",
        ("main a:has([data-ch=webchat])", "a[href*='/chat/'][href$='/try']"),
        signed_in=False,
    ),
    Screen(
        "form",
        "forms/form.html",
        "/settings/channels",
        ("main a:has([data-ch=form])", "a[href*='/forms/']"),
        signed_in=False,
    ),
    Screen(
        "board",
        "board/list.html",
        "/settings/channels",
        ("main a:has([data-ch=board])", "a[href*='/board/']"),
        signed_in=False,
    ),
)

# Page templates that no address alone leads to, and why. Everything else stands in the table above.
UNSHOWN = {
    "desk/mail.html": "a letter of a customer's, in a frame of its own",
    "desk/original.html": "a letter of a customer's, in a frame of its own",
    "join.html": "stands behind a link that works once",
    "reset.html": "stands behind a link that works once",
    "setup.html": "stands behind the first start's link",
    "customers/merge.html": "needs two customers who may be one: looked at in tests/browser/test_matching.py",
    "counter/find.html": "needs a store's counter",
    "counter/visit.html": "needs a store's counter",
    "ledger/envelope.html": "a delivery as it came: looked at in tests/browser/test_ledger.py",
    "ledger/letter.html": "needs something that failed: looked at in tests/browser/test_ledger.py",
    "segments/segment.html": "needs a segment: looked at in tests/browser/test_segments.py",
    "quality/list.html": "needs records with gaps",
    "settings/channel_connected.html": "is what a finished set-up answers",
    "settings/staff_link.html": "is what an invitation answers, once",
    "settings/token_made.html": "is what a new token answers, once",
    "settings/webhook_secret.html": "is what a new webhook answers, once",
    "settings/webhook.html": "needs a webhook: looked at in tests of webhooks",
    "settings/webhook_delivery.html": "needs a webhook: looked at in tests of webhooks",
    "settings/crm.html": "needs a connected CRM: looked at in tests/browser/test_crm.py",
    "settings/crm_mapping.html": "needs a connected CRM: looked at in tests/browser/test_crm.py",
    "settings/import.html": "needs an import under way: looked at in tests/browser/test_imports.py",
    "settings/import_columns.html": "needs an import under way: looked at in tests/browser/test_imports.py",
    "board/locked.html": "needs a secret post",
    "board/post.html": "needs a post",
    "board/write.html": "follows from the board",
    "carry/page.html": "stands behind a link that carries a conversation on",
    "chat/frame.html": "the chat itself: docs/images shows it on the phone",
    "forms/case.html": "stands behind a link of its own",
    "forms/thanks.html": "is what a sent form answers",
    "paper/wrong.html": "stands where a customer's link is gone",
    "mail_off.html": "stands behind a link in a mail",
    "push/window.html": "a window of a moment",
}
