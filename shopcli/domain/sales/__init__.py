"""Rules of the best-sellers report: how a window is split, and which products may be in it."""
