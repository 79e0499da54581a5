"""Appointments at the desk: the day, booking for others, closures, plans, the specialist's own periods."""
