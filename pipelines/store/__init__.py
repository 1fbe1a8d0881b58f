"""A corpus in an object store: the lease of its one writer, and the way there and back."""
