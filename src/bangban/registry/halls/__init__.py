"""Halls: what a service centre is made of before the first visitor comes: areas, classes, windows, devices."""
