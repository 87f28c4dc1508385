"""The lived-in company of ``bin/run --demo``: the cast, their history, and customers who keep writing."""
