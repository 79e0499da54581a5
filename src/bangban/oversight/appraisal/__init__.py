"""Appraisal of handling units and agents, quality sampling, self-evaluation and improvement (GB33358-6, 7)."""
