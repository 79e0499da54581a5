"""Pages of appraisal at the desk."""
