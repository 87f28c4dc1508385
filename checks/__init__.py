"""What the house asks of its own code, beyond what ruff, mypy and import-linter can see.

Run `python -m checks [NAME…]`. A check is one file here with a function `check(tree)` that yields a line for each thing
that is wrong; a test beside it shows that it can fail. `madang/` itself never imports this package.
"""
