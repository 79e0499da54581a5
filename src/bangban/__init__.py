"""Bangban 帮办: one platform from a person's question to a finished matter."""
