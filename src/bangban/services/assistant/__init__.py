"""The assistant: finds the standard answer or the guide, asks back, shows the path, or hands over to a person."""
