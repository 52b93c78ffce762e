"""The storefront's own widgets; each draws what it is given and announces what is done to it."""
