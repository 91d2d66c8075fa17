"""The commands of `yimen`, by what they are for."""
