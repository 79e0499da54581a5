"""Pure rules of guidance: questions, lists, form, values, checks; no database, no clock."""
