"""Appointments: one capacity book for all channels, from booking to check-in (DB23-6.5)."""
