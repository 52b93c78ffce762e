"""Use cases of the shop, one module per noun, behind the facade `shop.Shop`."""
