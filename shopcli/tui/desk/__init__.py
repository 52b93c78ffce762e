"""The views of the operator's desk, each loaded when it is opened."""
