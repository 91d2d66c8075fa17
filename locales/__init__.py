"""Words for keys, one folder per language."""
