"""The panel of a clerk at a window."""
