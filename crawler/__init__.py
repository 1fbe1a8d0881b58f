"""Fetches politely, archives what the web said; knows nothing of text."""
