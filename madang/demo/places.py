"""How each channel of the demo is set up: pointing at this start's simulators."""

from __future__ import annotations

from madang.demo.company import BRANDS, CHANNELS
from madang.demo.hands import Street

PASSWORD = "correct horse"  # of mailboxes that live in this process


def settings_of(street: Street) -> dict[tuple[str, str], dict[str, str]]:
    """What an administrator would have typed into each set-up form, by (brand, channel)."""
    return {place: _one(street, *place) for place in CHANNELS}


def _one(street: Street, brand: str, by: str) -> dict[str, str]:
    if by == "mail":
        return _mail(street, f"support@{brand}.example", BRANDS[brand].name)
    if by == "chat":
        return {"position": "right", "ask_email": "on", "identity_secret": "demo" * 10}
    return {"callback_url": street.kiosk.url, "region": "KR", "secret": "whsec_ZGVtb2RlbW9kZW1vZGVtb2RlbW9kZW1v"}


def _mail(street: Street, address: str, name: str) -> dict[str, str]:
    server = street.mail
    if address not in server.accounts:
        server.open_account(address, PASSWORD)
    return {
        "address": address,
        "name": name,
        "incoming": "imap",
        "auth": "password",
        "user": address,
        "password": PASSWORD,
        "imap_host": server.host,
        "imap_port": str(server.imap_port),
        "imap_security": "none",
        "folder": "INBOX",
        "smtp_host": server.host,
        "smtp_port": str(server.smtp_port),
        "smtp_security": "none",
    }
