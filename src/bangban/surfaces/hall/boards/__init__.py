"""What people look up to: the boards, which show and speak the calls."""
