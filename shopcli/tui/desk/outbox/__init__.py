"""Deliveries at the desk: what became of each; holding them, and letting them go."""
