"""What the hall manager and the guidance desk work with."""
