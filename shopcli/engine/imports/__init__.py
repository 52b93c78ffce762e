"""Imports of files: phase one reads and checks all rows, phase two applies them in batches."""
