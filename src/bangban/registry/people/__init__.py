"""Service users: persons, organisations, and who may act for them."""
