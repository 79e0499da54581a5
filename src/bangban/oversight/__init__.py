"""What watches the services and improves them."""
