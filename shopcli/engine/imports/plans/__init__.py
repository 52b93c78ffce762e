"""What becomes of checked rows: a plan for each kind of file."""
