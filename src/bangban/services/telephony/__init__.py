"""Calls of the hotline: events of the telephone exchange, calls, seats, recordings, live figures."""
