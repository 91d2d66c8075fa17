"""The parts of a case that departments answer."""
