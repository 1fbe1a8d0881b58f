"""HTML to Document: charset, cleaning, article text, metadata."""
