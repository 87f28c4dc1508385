"""Whether an address that somebody says is hers is hers: a code goes there, and whoever reads it can say it."""
