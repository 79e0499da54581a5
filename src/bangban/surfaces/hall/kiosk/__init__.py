"""What people touch in the hall: kiosk, slip, rating device, directory, and the ticket on the phone."""
