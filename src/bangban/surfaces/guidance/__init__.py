"""The panels of guidance and assistance, for the person and for the specialist."""
