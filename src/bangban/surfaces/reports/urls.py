"""Addresses of reports at the desk."""

from __future__ import annotations

from django.urls import URLPattern, path

from bangban.surfaces.reports import drafting, files, one, recipients, views

app_name = "reports"
DESK = "desk/reports"
urlpatterns: list[URLPattern] = [
    path(f"{DESK}/", views.reports, name="desk"),
    path(f"{DESK}/new", drafting.new, name="new"),
    path(f"{DESK}/recipients/", recipients.recipients, name="recipients"),
    path(f"{DESK}/recipients/<int:recipient>/end", recipients.end, name="recipient_end"),
    path(f"{DESK}/<str:number>", one.report, name="report"),
    path(f"{DESK}/<str:number>/write", one.write, name="write"),
    path(f"{DESK}/<str:number>/do/<str:action>", one.do, name="do"),
    path(f"{DESK}/<str:number>/figure/<str:source>", views.figure, name="figure"),
    path(f"{DESK}/<str:number>/file.<str:form>", files.file, name="file"),
]
