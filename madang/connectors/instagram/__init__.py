"""Instagram direct messages, and the comments below an account's posts."""
