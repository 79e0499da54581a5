"""The hotline order 工单: from intake to call-back and archive (GB/T 33358)."""
