"""Supervision 督办: five triggers found by the system, five methods, a named officer."""
