"""`madang bench`: the house under load, on this machine, in a directory of its own; see docs/benchmarks.md."""
