"""Official forms and reports as PDF and Word."""
