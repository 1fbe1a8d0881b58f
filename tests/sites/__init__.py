"""Web sites of our own on loopback: what the demo shows and what the tests crawl."""
