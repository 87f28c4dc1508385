"""The verbs of `madang`, a file each; see `madang/cli.py`."""
