"""Pages of archives at the desk."""
