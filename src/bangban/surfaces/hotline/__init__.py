"""Pages of the hotline: the agent's screen, orders, units, call-backs, the wall."""
