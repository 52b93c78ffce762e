"""What the tab Me is made of: the journal as far as it was read, its texts, an order once more."""
