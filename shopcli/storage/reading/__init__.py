"""Statements that only read, for people who look: names to complete, screens, reports."""
