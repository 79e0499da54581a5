"""The pages of the hall manager and the guidance desk."""
