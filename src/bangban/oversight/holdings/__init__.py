"""Holdings: the equipment of a hotline with its checks, and its internal-control documents (GB33358-4.2.4-i, 6.1)."""
