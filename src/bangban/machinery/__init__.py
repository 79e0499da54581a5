"""What the house stands on: the embedded PostgreSQL, the ASGI server, the supervision of processes.

Nothing here knows the business, and nothing here imports from the rest of the house.
"""
