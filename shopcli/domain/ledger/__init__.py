"""Rules of users and balances, and the names of what is booked."""
