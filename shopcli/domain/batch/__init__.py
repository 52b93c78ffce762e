"""The grammar of batch files: kinds, columns, records and cells."""
