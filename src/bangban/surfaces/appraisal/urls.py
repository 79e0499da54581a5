"""Addresses of appraisal at the desk."""

from __future__ import annotations

from django.urls import URLPattern, path

from bangban.surfaces.appraisal import appraisals, improving, quality, settings, surveys

app_name = "appraisal"
DESK = "desk/appraisal"
urlpatterns: list[URLPattern] = [
    path(f"{DESK}/", appraisals.listed, name="desk"),
    path(f"{DESK}/draft", appraisals.draft, name="draft"),
    path(f"{DESK}/quality/", quality.samplings, name="quality"),
    path(f"{DESK}/quality/draw", quality.draw, name="draw"),
    path(f"{DESK}/quality/<str:number>", quality.worklist, name="sampling"),
    path(f"{DESK}/quality/<str:number>/<str:check>", quality.check, name="check"),
    path(f"{DESK}/quality/<str:number>/<str:check>/<str:action>", quality.do, name="check_do"),
    path(f"{DESK}/evaluation/", improving.evaluation, name="evaluation"),
    path(f"{DESK}/evaluation/count", improving.count, name="evaluation_count"),
    path(f"{DESK}/review/open", improving.open_review, name="review_open"),
    path(f"{DESK}/review/<str:number>", improving.review, name="review"),
    path(f"{DESK}/review/<str:number>/hold", improving.hold, name="review_hold"),
    path(f"{DESK}/plans/", improving.plans, name="plans"),
    path(f"{DESK}/plans/open", improving.open_plan, name="plan_open"),
    path(f"{DESK}/plan/<str:number>", improving.plan, name="plan"),
    path(f"{DESK}/plan/<str:number>/<str:action>", improving.do, name="plan_do"),
    path(f"{DESK}/surveys/", surveys.listed, name="surveys"),
    path(f"{DESK}/surveys/import", surveys.bring_in, name="survey_import"),
    path(f"{DESK}/surveys/<str:number>/withdraw", surveys.withdraw, name="survey_withdraw"),
    path(f"{DESK}/settings/", settings.settings, name="settings"),
    path(f"{DESK}/settings/<str:subject>", settings.save, name="settings_save"),
    path(f"{DESK}/<str:number>", appraisals.one, name="appraisal"),
    path(f"{DESK}/<str:number>/<str:action>", appraisals.do, name="do"),
]
