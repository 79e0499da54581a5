"""Appointments as their person sees them: booking, the booking itself, the own list."""
