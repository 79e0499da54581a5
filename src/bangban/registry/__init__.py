"""What is known before anybody asks."""
