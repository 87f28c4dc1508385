"""Programs that load or listen, each a process of its own: measuring must not take the time of what is measured."""
