"""Completions for TAB, found without importing the commands."""
