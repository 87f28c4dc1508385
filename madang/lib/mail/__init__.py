"""Mail: raw bytes to what they say, and words to a mail that can be sent."""

from madang.lib.mail.model import Address, Attachment, Bounce, Mail
from madang.lib.mail.parse import NotAMail, parse

__all__ = ["Address", "Attachment", "Bounce", "Mail", "NotAMail", "parse"]
