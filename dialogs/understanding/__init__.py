"""A message's words become meaning, with the places they came from. Pure; lists are in `lexicons/`."""
