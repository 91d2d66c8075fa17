"""What must be said, until it has been."""
