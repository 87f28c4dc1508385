"""Conversations that are one matter: merged, with undo, or only linked."""
