"""Clocks 时限: one mechanism for every limit, from 15 seconds to 20 working days."""
