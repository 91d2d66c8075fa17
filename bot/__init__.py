"""Channels, web server, worker and terminal: carries messages in and out, decides nothing."""
