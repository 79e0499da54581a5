"""Reading knowledge files."""
