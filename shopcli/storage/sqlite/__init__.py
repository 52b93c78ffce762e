"""A shop's SQLite file: connections, transactions, the queue of writers, failures."""
