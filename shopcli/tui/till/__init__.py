"""What the till is made of, beside its screen."""
