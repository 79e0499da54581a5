"""The pages of the consultation desk of a hall (DB23-6.4): one screen to find, answer, enter and help."""
