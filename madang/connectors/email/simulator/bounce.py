"""The report of a failed delivery, as Postfix writes it (RFC 3464)."""

from __future__ import annotations

BOUNDARY = "4A1B2.simulator"


def bounce(raw: bytes, recipient: str) -> bytes:
    """A bounce for ``raw``, which could not be given to ``recipient``; it carries the header of ``raw``."""
    header = raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0].replace(b"\n", b"\r\n")
    return (
        f"""\
From: MAILER-DAEMON@mail.simulator.example (Mail Delivery System)\r
Subject: Undelivered Mail Returned to Sender\r
Auto-Submitted: auto-replied\r
MIME-Version: 1.0\r
Content-Type: multipart/report; report-type=delivery-status; boundary="{BOUNDARY}"\r
\r
--{BOUNDARY}\r
Content-Type: text/plain; charset=us-ascii\r
\r
<{recipient}>: host mx.elsewhere.example said: 550 5.1.1 <{recipient}>: User unknown\r
\r
--{BOUNDARY}\r
Content-Type: message/delivery-status\r
\r
Reporting-MTA: dns; mail.simulator.example\r
\r
Final-Recipient: rfc822; {recipient}\r
Action: failed\r
Status: 5.1.1\r
Diagnostic-Code: smtp; 550 5.1.1 <{recipient}>: User unknown\r
\r
--{BOUNDARY}\r
Content-Type: text/rfc822-headers\r
\r
""".encode()
        + header
        + f"\r\n\r\n--{BOUNDARY}--\r\n".encode()
    )
