"""Mechanisms that know nothing of the business."""
