"""Sealing, masking and consent."""
