"""The same matter told by many: likeness of orders, duplicates, concentrated matters."""
