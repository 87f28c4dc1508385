"""A mail provider on loopback: SMTP and IMAP over one store, made of kept servers, able to fail on demand."""

from madang.connectors.email.simulator.customer import Customer
from madang.connectors.email.simulator.mailbox import Mailbox
from madang.connectors.email.simulator.server import MailServer

__all__ = ["Customer", "MailServer", "Mailbox"]
