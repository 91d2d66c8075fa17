"""Cases, transfers, deadlines, outbox and staff pages: keeps what happened."""
