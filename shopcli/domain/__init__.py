"""Pure rules and values of the shop: standard library only, no input, output or clock."""
