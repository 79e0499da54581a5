"""The work portal 工作门户: the pages at which staff serve, manage and look after the house."""
