"""What is published and how it is read: schema, snapshot, card, query."""
