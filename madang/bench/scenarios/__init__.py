"""What is measured, a file each; `madang/bench/plan.py` lists them."""
