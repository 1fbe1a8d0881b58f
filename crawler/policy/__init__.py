"""May we, how fast, when again; pure."""
