"""What the house counts, for Prometheus: the ledger's figures from the database, this process's own from its memory."""
