"""Guidance and assistance 导办帮办: the way in, the personal material list, the draft form, the two checks (T637-8.3.2, -8.3.3)."""
