"""Statements about events that wait to be delivered, and about where they go."""
