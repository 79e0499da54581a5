"""Archived orders: completeness, catalogue, search, reopening."""
