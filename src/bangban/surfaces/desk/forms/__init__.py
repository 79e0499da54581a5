"""What the forms of the work portal ask for, and what they give to the actions."""
