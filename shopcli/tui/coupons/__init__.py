"""What an operator does about coupons."""
