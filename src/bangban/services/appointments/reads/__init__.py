"""All queries of appointments."""
