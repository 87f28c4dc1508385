"""What survives: processes are killed in the middle of the work, and nothing is lost or doubled."""
