"""Who changed what in the settings, and what it was before: so that it can be read, and taken back."""
