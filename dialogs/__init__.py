"""Questions, routing, catalogue and understanding: decides what to ask and what follows. Pure."""
