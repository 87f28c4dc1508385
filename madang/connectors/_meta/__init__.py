"""What the channels of Meta share beyond its protocol (``madang.lib.meta``). No connector: it has no manifest."""
