"""E-mail: IMAP or an own SMTP listener in, SMTP out."""
