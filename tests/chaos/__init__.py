"""A small town talks to a service that is killed again and again; then everything it promised is looked at."""
