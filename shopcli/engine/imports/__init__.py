"""Imports of files: everything is read and checked first, then applied in short transactions."""
