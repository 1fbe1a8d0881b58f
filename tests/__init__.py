"""The tests, and the sites that they and the demo crawl."""
