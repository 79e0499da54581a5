"""Pages of patrols: starting one, ticking on a tablet, and what the results say about a member of staff."""
