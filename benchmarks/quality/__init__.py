"""How clean the text is, and how right what we say of it: measured on pages with gold."""
