"""Regions, bodies, staff, rosters and presence."""
