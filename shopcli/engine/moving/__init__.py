"""Moving a whole shop to another database, and retiring the one that it left."""
