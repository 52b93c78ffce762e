"""The command line: words in, one answer out; no rule of the shop lives here."""
