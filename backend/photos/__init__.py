"""Photographs of papers are read in a process of their own, and what was read is told and asked (decision 0023)."""
