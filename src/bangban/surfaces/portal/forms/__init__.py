"""What people fill in: typed, kept when something is missing, with one sentence for each field."""
