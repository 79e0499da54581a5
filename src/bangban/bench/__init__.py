"""Measurements: figures as ratios of one run."""
