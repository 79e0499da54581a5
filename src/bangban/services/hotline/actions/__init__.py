"""All writes of the hotline order."""
