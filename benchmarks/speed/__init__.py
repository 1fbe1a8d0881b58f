"""How fast the parts are, beside what a user would run instead."""
