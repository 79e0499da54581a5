"""The ledger: an append-only, chained and sealed account of who did what."""
