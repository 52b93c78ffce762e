"""A shop's Postgres database: connections, transactions, procedures, failures."""
