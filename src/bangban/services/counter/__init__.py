"""The consultation desk of a hall: inquiries, promised replies, requests for help (DB23-6.4)."""
