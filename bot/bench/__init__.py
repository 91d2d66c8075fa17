"""Benchmarks: what they measure is in the shared performance page."""
