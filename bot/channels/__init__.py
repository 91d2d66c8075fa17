"""Channels: one folder each, which parses what came in, sends what goes out, and nothing else."""
