"""Patrols: conduct, dress and appearance checked against a list, per member of staff (DB23-4, DB23-5)."""
