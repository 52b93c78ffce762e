"""The queries that find rows which contradict each other."""
