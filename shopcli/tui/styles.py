"""A stylesheet that parses each rule once for a theme.

Textual parses all of them anew, twice, whenever a tab is opened for the first time.
"""

from __future__ import annotations

from textual.css.stylesheet import Stylesheet


class KeptStyles(Stylesheet):
    """Keeps what was parsed as long as the colours stay as they are."""

    def set_variables(self, variables: dict[str, str]) -> None:
        """Set the theme's colours; what was parsed with others is forgotten."""
        if variables != self._variables:
            super().set_variables(variables)

    def reparse(self) -> None:
        """Take in what was added since; Textual would parse into a new stylesheet."""
        self.parse()
