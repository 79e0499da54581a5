"""Pages of published information: for citizens, for the screens of a hall, and for those who write and review."""
