"""Numbers of appraisals, surveys, samplings, reviews and plans."""

from bangban.foundation.ledger.numbers import NumberSeries

APPRAISALS = NumberSeries("KH", "appraisal_number")
SURVEYS = NumberSeries("DC", "appraisal_survey_number")
SAMPLINGS = NumberSeries("ZJ", "appraisal_sampling_number")
REVIEWS = NumberSeries("PS", "appraisal_review_number")
PLANS = NumberSeries("GJ", "appraisal_plan_number")
