"""Shops of every schema that was released, kept as that release wrote them, and what fills them."""
