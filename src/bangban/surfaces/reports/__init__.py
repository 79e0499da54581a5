"""Pages of reports at the desk."""
