"""Every screen there is: its name, where it is found, the template it shows. bin/screenshots goes through it."""

from __future__ import annotations

from dataclasses import dataclass, field

Where = dict[str, str]  # paths by the names of screens


@dataclass(frozen=True, slots=True)
class Screen:
    """``path`` is where it begins, ``first`` the way from there, ``then`` what is added to the last address.

    Without a path its address is what tests/screens/filled.py says under its name.
    """

    name: str
    template: str
    path: str = ""
    first: tuple[str, ...] = ()  # selectors of the links that lead on from `path`, the first that fits of each
    then: str = ""  # what is added to the link's address
    fill: dict[str, str] = field(default_factory=dict)  # what is written into which field
    send: str = ""  # what is pressed then, to come to the page
    run: str = ""  # what is done by a script then, to come to the page
    press: str = ""  # keys, pressed one after another on the page
    click: tuple[str, ...] = ()  # what is pressed by hand then
    wait: str = ""  # what has to be seen
    signed_in: bool = True
    who: str = "ada"  # or ben, who is no administrator
    status: int = 200
    wide: bool = False  # not on a phone
    narrow: bool = False  # on a phone only

    def stands(self, width: int) -> bool:
        """Whether it is looked at in a window of this width."""
        return not (self.narrow if width > 1000 else self.wide)


TOO_LARGE = """() => {
  const form = document.querySelector('form[action="/settings/account"]')
  form.elements.name.maxLength = 1e9
  form.elements.name.value = '가'.repeat(11e6)
  HTMLFormElement.prototype.submit.call(form)
}"""

MATTER = "#list a.row:has-text('배송지 변경')"  # with words both ways, a note, tags and a quoted mail
GUIDED = "#list a.row:has-text('Where is my order')"  # with a guide beside it
PICKS = ("#list .row-pick >> nth=1", "#list .row-pick >> nth=3")

SCREENS = (
    Screen("inbox", "desk/desk.html", "/?view=all"),
    Screen("inbox-empty", "desk/desk.html", "/?view=mentions"),
    Screen("conversation", "desk/desk.html", "/?view=all", (MATTER,)),
    Screen("keys", "desk/desk.html", "/?view=all", (MATTER,), press="?", wait="dialog[open]", wide=True),
    Screen("palette", "desk/desk.html", "/?view=all", press="Control+k", wait=".palette-item"),
    Screen("menu-mine", "desk/desk.html", "/?view=all", click=(".rail-me",), wait="#me-menu:popover-open"),
    Screen("bell", "desk/desk.html", "/?view=all", press="Shift+N", wait="#bell-panel :is(.bell-list, .empty)"),
    Screen("tour", "desk/desk.html", "/?view=all#tour", wait="#tour-box"),
    Screen("list-filters", "desk/desk.html", "/?view=all", press="f", wait="#filter-menu:popover-open .menu-item"),
    Screen("list-selected", "desk/desk.html", "/?view=all", click=PICKS, wait="#batch:not([hidden])"),
    Screen("macros-beside", "desk/desk.html", "/?view=all", (MATTER,), press="Control+/", wait="#slash-look .outlook"),
    Screen("snooze", "desk/desk.html", "/?view=all", (MATTER,), press="h", wait="#snooze-menu:popover-open"),
    Screen(
        "send-ways", "desk/desk.html", "/?view=all", (MATTER,), click=("#send-more",), wait=".send-menu:popover-open"
    ),
    Screen("thread-menu", "desk/desk.html", "/?view=all", (MATTER,), press=".", wait="#thread-menu .menu-empty"),
    Screen("sheet", "desk/desk.html", "/?view=all", (MATTER,), press="i", wait="#panel .panel-name", narrow=True),
    Screen("guide-beside", "desk/desk.html", "/?view=all", (GUIDED,), press="i", wait="#panel #guide"),
    Screen("customer", "customers/customer.html", "/?view=all", (MATTER, ".panel-name a")),
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
    Screen("settings-help", "settings/help.html", "/settings/help/channels"),
    Screen("macro-new", "settings/macro.html", "/settings/macros/new"),
    Screen("guide-new", "settings/guide.html", "/settings/guides/new"),
    Screen("views", "settings/views.html", "/settings/views"),
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
    Screen("segment", "segments/segment.html"),
    Screen("quality-list", "quality/list.html"),
    Screen("merge", "customers/merge.html"),
    Screen("counter-find", "counter/find.html"),
    Screen("counter-visit", "counter/visit.html"),
    Screen("webhook", "settings/webhook.html"),
    Screen("webhook-delivery", "settings/webhook_delivery.html"),
    Screen(
        "webhook-secret",
        "settings/webhook_secret.html",
        "/settings/webhooks",
        ("main a[href^='/settings/webhooks/']:not([href$=new])",),
        run="document.querySelector(\"form[action$='/secret']\").submit()",
    ),
    Screen("crm-mapping", "settings/crm_mapping.html"),
    Screen("crm-account", "settings/crm.html"),
    Screen("ledger-envelope", "ledger/envelope.html"),
    Screen("import", "settings/import.html"),
    Screen("import-columns", "settings/import_columns.html"),
    Screen(
        "staff-link",
        "settings/staff_link.html",
        "/settings/staff/invite",
        fill={"[name=email]": "jun@madang.example", "[name=name]": "준"},
        send="main form [type=submit]",
    ),
    Screen(
        "token-made",
        "settings/token_made.html",
        "/settings/tokens",
        fill={"main form input[name=name]": "창고"},
        send="main form:has(input[name=name]) [type=submit]",
    ),
    Screen(
        "channel-connected",
        "settings/channel_connected.html",
        "/settings/channels/new/api",
        fill={"[name=channel_name]": "창고 프로그램"},
        send=".setup-form [type=submit]",
    ),
    Screen("first-steps", "first_steps.html", "/first-steps"),
    Screen("look", "design/design.html", "/desk/design"),
    Screen("not-found", "error.html", "/nothing-here", status=404),
    Screen("forbidden", "error.html", "/settings/channels", who="ben", status=403),
    Screen("too-large", "error.html", "/settings/account", run=TOO_LARGE, status=413),
    Screen("set-up", "setup.html", signed_in=False),
    Screen("join", "join.html", signed_in=False),
    Screen("reset", "reset.html", signed_in=False),
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
    Screen("chat", "chat/frame.html", signed_in=False),
    Screen("carry", "carry/page.html", signed_in=False),
    Screen("form-thanks", "forms/thanks.html", signed_in=False),
    Screen("form-case", "forms/case.html", signed_in=False),
    Screen("board-new", "board/write.html", signed_in=False),
    Screen("board-post", "board/post.html", signed_in=False),
    Screen("board-locked", "board/locked.html", signed_in=False, status=403),
    Screen("portal-wrong", "paper/wrong.html", "/forms/nothing-here", signed_in=False, status=404),
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
    "desk/original.html": "a letter of a customer's, in a frame of its own",
    "ledger/letter.html": "needs something that failed: looked at in tests/browser/test_ledger.py",
    "desk/mail.html": "a letter in HTML, in a frame of its own: the demo's customers write plain ones",
    "mail_off.html": "stands behind a link in a mail",
    "push/window.html": "a window of a moment",
}
