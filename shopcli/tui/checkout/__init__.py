"""What the checkout's screen is made of: the bill, the button that pays it, and what changed."""
