"""The words that the crawler and the pipelines share; imports neither of them."""
