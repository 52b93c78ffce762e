"""Reads and writes many rows at once, for imports and exports."""
