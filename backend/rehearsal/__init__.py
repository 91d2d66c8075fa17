"""Policy rehearsal: recorded cases, made nameless, replayed against changed rules before they go live."""
