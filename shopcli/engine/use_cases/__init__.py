"""The use cases, by the noun they are about; `shopcli.engine.shop` makes them its methods."""
