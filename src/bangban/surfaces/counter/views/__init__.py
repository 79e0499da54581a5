"""What answers the addresses of the consultation desk."""
