"""What is looked at: the mark in every size, and a picture of every screen (bin/mark, bin/screenshots)."""
