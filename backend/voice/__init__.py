"""Voice messages: who hears them, by when, and how their words go on."""
