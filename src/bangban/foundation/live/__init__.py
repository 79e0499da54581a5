"""Live: who is connected hears of every event at once, in commit order, with nothing lost and nothing twice."""
