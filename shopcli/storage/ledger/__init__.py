"""Statements about the drawer, and about what was undone."""
