"""Notices of answers: the small window that asks for them, the service worker that shows them."""
