"""Sealing, look-up by keyed hash, and masks."""
