"""Pages of supervision 督办 at the desk."""
