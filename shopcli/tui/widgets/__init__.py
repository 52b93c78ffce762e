"""The storefront's own widgets; each draws what it is given and posts messages."""
