"""Values and rules of deliveries: when to try, and what follows from an attempt."""
