"""What goes wrong with a mail server, in plain words for the one who sets it up."""

from __future__ import annotations

import imaplib
import socket
import ssl

import aiosmtplib
from imapclient.exceptions import IMAPClientError, LoginError

from madang.channels.connector import SetupError
from madang.connectors.email.account import Server
from madang.lib.http_guard import Blocked

GOOGLE = ("gmail.com", "googlemail.com", "google.com")
MICROSOFT = ("outlook.com", "office365.com", "hotmail.com", "office.com")
KOREAN = ("naver.com", "daum.net", "hanmail.net", "kakao.com", "worksmobile.com")


def explain(error: Exception, server: Server) -> SetupError:
    """The error as the form shows it, at the field to change."""
    if isinstance(error, SetupError):
        return error
    if isinstance(error, LoginError | aiosmtplib.SMTPAuthenticationError):
        return refused(server)
    if isinstance(error, OSError | EOFError | Blocked | aiosmtplib.SMTPConnectError | imaplib.IMAP4.abort):
        return unreachable(error, server)
    if isinstance(error, IMAPClientError | imaplib.IMAP4.error):
        return of_imap(error)
    if isinstance(error, aiosmtplib.SMTPException):
        return of_smtp(error, server)
    raise error


def belongs(host: str, domains: tuple[str, ...]) -> bool:
    """Whether the host is one of theirs."""
    return any(host.lower() == domain or host.lower().endswith(f".{domain}") for domain in domains)


def refused(server: Server) -> SetupError:
    """Sign-in failed; the large providers have reasons of their own."""
    field = "password"
    if belongs(server.host, GOOGLE):
        return SetupError(
            "Google takes no ordinary password here. Make an app password in the Google account, which needs 2-step "
            "verification, or use OAuth2.",
            field,
        )
    if belongs(server.host, MICROSOFT):
        return SetupError("Microsoft has switched passwords off for mail programs. Use OAuth2.", "auth")
    if belongs(server.host, KOREAN):
        return SetupError(
            "The sign-in was refused. Switch on IMAP and SMTP in the mail settings there, and use an app password if "
            "two-step sign-in is on.",
            field,
        )
    return SetupError("The user name or the password is wrong.", field)


def unreachable(error: Exception, server: Server) -> SetupError:
    """No connection, or none that can be trusted."""
    host, port = f"{server.field}_host", f"{server.field}_port"
    cause = error.__cause__ or error
    if isinstance(error, Blocked):
        return SetupError(
            "This server is inside the own network. If it may be used, an administrator can add it to "
            "MADANG_ALLOW_HOSTS.",
            host,
        )
    if isinstance(cause, socket.gaierror | UnicodeError):
        return SetupError("There is no server of this name. Check the spelling.", host)
    if isinstance(cause, ssl.SSLCertVerificationError):
        return SetupError("The server's certificate is not valid for this name.", host)
    if isinstance(cause, ssl.SSLError):
        return SetupError("The server speaks no TLS on this port. Try another port or another security.", port)
    if isinstance(cause, ConnectionRefusedError):
        return SetupError("Nothing answers on this port. Check the server and the port.", port)
    if isinstance(cause, TimeoutError):
        return SetupError("The server does not answer. Check the server, the port and any firewall between.", host)
    return SetupError("The connection was broken off. Check the port and the security.", port)


def of_imap(error: Exception) -> SetupError:
    """The server answered, with a no."""
    said = str(error).lower()
    refused = "serverbug" not in said and "unavailable" not in said
    if refused and ("select failed" in said or "examine failed" in said or "nonexistent" in said):
        return SetupError("There is no such folder in the mailbox.", "folder")
    if "starttls" in said:
        return SetupError("The server offers no STARTTLS on this port. Try TLS from the start.", "imap_security")
    return SetupError("The mail server refused. Check that IMAP is switched on for this mailbox.", "imap_host")


def of_smtp(error: aiosmtplib.SMTPException, server: Server) -> SetupError:
    """The server answered, with a no."""
    said = str(error).lower()
    if "starttls" in said:
        return SetupError("The server offers no STARTTLS on this port. Try TLS from the start.", "smtp_security")
    if isinstance(error, aiosmtplib.SMTPNotSupported) or "auth" in said:
        return SetupError("The server offers no sign-in of this kind. Check the security and how to sign in.", "auth")
    return SetupError("The mail server refused. Check that SMTP is switched on for this mailbox.", "smtp_host")
