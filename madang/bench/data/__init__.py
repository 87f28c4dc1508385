"""The data of a measured house: seeded, as large as asked, skewed as real life is."""
