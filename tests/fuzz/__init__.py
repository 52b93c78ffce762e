"""A stranger at the command line: every option of every command, with whatever can be typed."""
