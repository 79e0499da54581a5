"""Messages that leave the house: one delivery ledger for all channels, and the gateways."""
