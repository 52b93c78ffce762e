"""The use cases, by the noun they are about; `shopcli.engine.verbs` makes them methods of Shop."""
