"""What TAB offers, answered without loading the commands."""
