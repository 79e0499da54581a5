"""All queries of the hotline order."""
