"""The storefront on a terminal or in browsers, and its usual lines without the parser."""
