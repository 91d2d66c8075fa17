"""Deadlines: working days, the clock table and the escalation ladder; pure, no database and no clock."""
