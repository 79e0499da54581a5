"""The pages of the work portal."""
