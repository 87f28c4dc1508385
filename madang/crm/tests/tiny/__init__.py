"""A second CRM, as a package of its own would bring it: this folder, and an entry point. It keeps all in memory."""
