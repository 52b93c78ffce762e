"""How screens look: style sheets, themes, and what is readable in them."""
