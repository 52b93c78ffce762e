"""Pure rules and values of the shop: only the standard library, no input or output, no clock."""
