"""`python -m madang` is `madang`."""

from madang.cli import main

main()
