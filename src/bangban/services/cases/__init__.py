"""The online case from the first question to the closed loop."""
