"""Measurements of the shop's public paths beside hand-written floors: `python -m tests.bench`."""
