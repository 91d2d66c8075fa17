"""What people sent us, kept before anything else happens."""
