"""A telephone exchange that is played: callers, agents, queues, and a network that delivers late, twice and out of order."""
