"""The questions-and-answers board: pages that everybody reads, and secret posts that only their authors do."""
