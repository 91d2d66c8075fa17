"""What happened, append-only and chained."""
