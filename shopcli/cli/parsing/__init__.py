"""How a line is read: which command it names, its options, and the grammar of values."""
