"""How people type times and windows of time."""
