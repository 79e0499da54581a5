"""The talk on a record: messages, files, read marks."""
