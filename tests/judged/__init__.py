"""The tests by which the conversation is judged: fresh people, played through the real service."""
