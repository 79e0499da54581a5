"""The demo city: its data, and the day that is lived in it."""
