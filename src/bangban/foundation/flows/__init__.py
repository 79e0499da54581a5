"""Flows as data, and the one door through which records change."""
