"""Checks of `verify` that need Python: events' bodies, requests, prices, terms, row by row."""
