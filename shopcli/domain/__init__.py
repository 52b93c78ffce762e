"""Pure rules and values of the shop: standard library only, no input or output, no clock of its own."""
