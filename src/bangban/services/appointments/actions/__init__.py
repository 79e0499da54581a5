"""All writes of appointments."""
