"""From bytes to checked rows; nothing of the shop is read here."""
