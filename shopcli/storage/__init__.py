"""SQL of the shop: tables, statements, connections, transactions. Knows tables, never use cases."""
