"""Recurring work and the following of the ledger."""
