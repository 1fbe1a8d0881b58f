"""Commands that print the figures we claim; nothing here is part of the product."""
