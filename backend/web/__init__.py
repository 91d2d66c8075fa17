"""Staff pages and links."""
