"""Every move of work: offered, then accepted, returned or expired."""
