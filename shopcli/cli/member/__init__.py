"""Members who come over ssh: the gate, the words that are theirs, and their keys."""
