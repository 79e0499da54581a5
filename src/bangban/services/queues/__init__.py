"""Queues: a ticket from its issue to the end of the service at a window (DB23-6.3.2, DB23-7.1)."""
