"""The web channel: resident chat, progress page, one-time notice; the reference channel in tests."""
