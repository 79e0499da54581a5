"""The visual language of Bangban: tokens, styles, small scripts and Jinja macros that every surface is composed of.

Nothing here reads the database or knows a rule; pages hand in plain values. docs/design-system.md lists the macros.
"""
