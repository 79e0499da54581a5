"""One file for each thing that can be done at a machine of the hall."""
