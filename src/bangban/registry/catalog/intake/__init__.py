"""Importing files into the registry: reading any usual file, judging each row, landing good rows in batches."""
