"""Ways out of the house, one for each channel, chosen by the environment."""
