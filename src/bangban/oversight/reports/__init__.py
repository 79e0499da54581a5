"""Routine and special reports: drafted, checked, released, sent, acknowledged."""
