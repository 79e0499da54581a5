"""What stands in the hall: kiosk, board, window panel, rating device, and the phone page of a ticket."""
