"""The portal of citizens."""
