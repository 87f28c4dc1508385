"""Facebook Messenger, and the comments on a page."""
