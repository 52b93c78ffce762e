"""How front ends word what the engine says: in the reader's language, with what to type next."""
