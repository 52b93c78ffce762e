"""The tests; each folder says in its name what it looks at."""
