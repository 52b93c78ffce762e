"""Plans of imports: decide and write what the checked rows of each kind of file change."""
