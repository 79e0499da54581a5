"""What all pages share: request frame, sessions, who is there, templates, errors."""
