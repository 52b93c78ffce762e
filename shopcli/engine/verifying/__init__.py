"""What `verify` recomputes row by row, because no query can: bodies, requests, prices, terms."""
