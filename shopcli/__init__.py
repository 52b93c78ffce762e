"""A shop for people with a prepaid balance."""
