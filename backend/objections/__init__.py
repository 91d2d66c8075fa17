"""Objections and complaints (异议、投诉), and what people report about others (线索)."""
