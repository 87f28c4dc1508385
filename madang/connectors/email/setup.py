"""The set-up form. Texts are English msgids of this folder's locale."""

from __future__ import annotations

from madang.channels.connector import Field, Step
from madang.lib.language import marked

SECURITY = (
    ("tls", marked("TLS from the start")),
    ("starttls", marked("STARTTLS")),
    ("none", marked("None, only inside the own network")),
)
BY_IMAP, BY_SMTP = ("incoming", "imap"), ("incoming", "smtp")
BY_PASSWORD, BY_OAUTH = ("auth", "password"), ("auth", "oauth2")

FIELDS: tuple[Field, ...] = (
    Field("address", marked("Mail address"), kind="email", placeholder="support@haneul.example"),
    Field(
        "name",
        marked("Name customers see"),
        required=False,
        help=marked("Stands before the address in every mail. Left empty, the brand's name."),
    ),
    Field(
        "aliases",
        marked("Further addresses to send from"),
        kind="lines",
        required=False,
        help=marked("One a line, as the mail provider allows. An answer comes from the one the customer wrote to."),
    ),
    Field(
        "incoming",
        marked("How mail comes in"),
        kind="choice",
        default="imap",
        choices=(
            ("imap", marked("From a mailbox, by IMAP")),
            ("smtp", marked("Straight to this server, by SMTP")),
            ("none", marked("Not at all, only send")),
        ),
    ),
    Field(
        "auth",
        marked("How to sign in"),
        kind="choice",
        default="password",
        choices=(
            ("password", marked("Password or app password")),
            ("oauth2", marked("OAuth2 (Google, Microsoft)")),
            ("none", marked("Not at all, a relay of our own")),
        ),
    ),
    Field("user", marked("User name"), required=False, help=marked("Left empty, the mail address.")),
    Field(
        "password",
        marked("Password"),
        kind="secret",
        show_if=BY_PASSWORD,
        help=marked("Google, Naver and Kakao want an app password here, made in the account's security settings."),
    ),
    Field("client_id", marked("Client ID"), show_if=BY_OAUTH),
    Field("client_secret", marked("Client secret"), kind="secret", required=False, show_if=BY_OAUTH),
    Field("refresh_token", marked("Refresh token"), kind="secret", show_if=BY_OAUTH),
    Field(
        "token_url",
        marked("Token address"),
        kind="url",
        show_if=BY_OAUTH,
        default="https://oauth2.googleapis.com/token",
        help=marked("For Microsoft 365: https://login.microsoftonline.com/<tenant>/oauth2/v2.0/token"),
    ),
    Field("imap_host", marked("IMAP server"), show_if=BY_IMAP, placeholder="imap.naver.com"),
    Field("imap_port", marked("IMAP port"), kind="number", default="993", show_if=BY_IMAP),
    Field("imap_security", marked("IMAP security"), kind="choice", default="tls", choices=SECURITY, show_if=BY_IMAP),
    Field("folder", marked("Folder"), default="INBOX", required=False, show_if=BY_IMAP),
    Field(
        "days",
        marked("Days to look back at first"),
        kind="number",
        default="1",
        show_if=BY_IMAP,
        help=marked("Mail that is older when the channel is first connected stays in the mailbox and is not taken in."),
    ),
    Field("listen_port", marked("Port to listen on"), kind="number", default="2525", show_if=BY_SMTP),
    Field(
        "listen_host",
        marked("Network address to listen on"),
        default="0.0.0.0",  # noqa: S104 - a mail door is open to the world
        show_if=BY_SMTP,
    ),
    Field(
        "listen_for",
        marked("Further addresses"),
        kind="lines",
        required=False,
        show_if=BY_SMTP,
        help=marked("One a line. Mail for any other address is refused."),
    ),
    Field(
        "listen_certificate",
        marked("Certificate file"),
        required=False,
        show_if=BY_SMTP,
        help=marked("Path on the server. With it and its key, STARTTLS is offered."),
    ),
    Field("listen_key", marked("Key file"), required=False, show_if=BY_SMTP),
    Field("smtp_host", marked("SMTP server"), placeholder="smtp.naver.com"),
    Field("smtp_port", marked("SMTP port"), kind="number", default="587"),
    Field("smtp_security", marked("SMTP security"), kind="choice", default="starttls", choices=SECURITY),
    Field(
        "smtp_user",
        marked("User name for sending"),
        required=False,
        help=marked("Only where sending has a sign-in of its own."),
    ),
    Field("smtp_password", marked("Password for sending"), kind="secret", required=False),
)

NEXT: tuple[Step, ...] = (
    Step(
        marked("Customers write to this address"),
        "{address}",
        help=marked("Send a mail there yourself: it appears in the inbox within seconds."),
    ),
)
