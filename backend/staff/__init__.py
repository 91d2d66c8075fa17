"""Colleagues, sessions and one-time links."""
