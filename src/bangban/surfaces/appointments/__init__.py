"""Appointments: pages of the person and of the staff."""
