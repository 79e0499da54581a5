"""Suggestions where a matter belongs: trained on what was dispatched before."""
