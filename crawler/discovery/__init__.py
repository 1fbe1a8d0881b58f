"""Which URLs a capture points to, and which of them are posts; pure."""
