"""Small pages of our own writing, each with what it should give."""
