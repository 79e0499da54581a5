"""Which clause is done, where, and what proves it."""
