"""Addresses of the consultation desk."""

from __future__ import annotations

from django.urls import URLPattern, path

from bangban.surfaces.counter.views import desk, entry, help, ledger, loans

app_name = "counter"
urlpatterns: list[URLPattern] = [
    path("", desk.desk, name="desk"),
    path("found", desk.found, name="found"),
    path("day", desk.day, name="day"),
    path("log", desk.log, name="log"),
    path("help", help.log, name="help"),
    path("help/open", help.strip, name="help-open"),
    path("help/call", help.call, name="help-call"),
    path("help/<str:number>/<str:action>", help.do, name="help-do"),
    path("ledger", ledger.ledger, name="ledger"),
    path("ledger.csv", ledger.export, name="export"),
    path("ledger/full.csv", ledger.export_in_full, name="export-full"),
    path("loans", loans.loans, name="loans"),
    path("loans/lend", loans.lend, name="loan-lend"),
    path("loans/uses", loans.count, name="loan-uses"),
    path("loans/<str:number>/contact", loans.borrower, name="loan-contact"),
    path("loans/<str:number>/<str:action>", loans.do, name="loan-do"),
    path("paper/<str:kind>/<str:ref>", entry.paper, name="paper"),
    path("inquiries/<str:number>", entry.entry, name="entry"),
    path("inquiries/<str:number>/do/<str:action>", entry.do, name="entry-do"),
    path("inquiries/<str:number>/give", entry.give, name="give"),
    path("inquiries/<str:number>/contact", entry.contact, name="contact"),
]
