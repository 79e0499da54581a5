"""An Asterisk server as the house's telephone exchange, by its REST interface (ARI)."""
