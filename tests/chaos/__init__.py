"""Kill -9 at random moments under load: what was acknowledged stays, and nothing happens twice."""
