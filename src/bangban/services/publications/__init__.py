"""Publications: what a body makes public, on which outputs of the hall and to which subscribers (DB23-6.2)."""
