"""Tests of the work portal."""
