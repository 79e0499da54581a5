"""Reference data of the hotline, kept by its managers."""
