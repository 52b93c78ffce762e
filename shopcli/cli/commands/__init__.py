"""The commands, a module for each word that is typed or for words that belong together."""
