"""Appraisal of handling units and agents, quality sampling, plans of improvement."""
