"""Addresses of the work portal."""

from __future__ import annotations

from django.urls import URLPattern, path

from bangban.surfaces.desk.views import (
    account, accounts, board, case, door, helper, knowledge, outbox, oversight, presence, register, statistics, talk, team,
)  # fmt: skip

app_name = "desk"
urlpatterns: list[URLPattern] = [
    path("", board.board, name="board"),
    path("rows", board.rows, name="rows"),
    path("boxes", board.box_tabs, name="boxes"),
    path("signin", door.signin, name="signin"),
    path("signout", door.signout, name="signout"),
    path("undertaking", door.undertake, name="undertaking"),
    path("account", account.account, name="account"),
    path("account/password", account.password, name="password"),
    path("account/factor", account.enrol, name="enrol"),
    path("account/factor/confirm", account.confirm, name="confirm"),
    path("account/factor/disable", account.disable, name="disable"),
    path("account/sessions", account.end_session, name="end-session"),
    path("messages", account.messages, name="messages"),
    path("bell", account.bell, name="bell"),
    path("presence", presence.switch, name="presence"),
    path("lease", presence.lease, name="lease"),
    path("alive", presence.alive, name="alive"),
    path("cases/<str:number>/", case.case, name="case"),
    path("cases/<str:number>/top", case.top, name="top"),
    path("cases/<str:number>/past", case.past, name="past"),
    path("cases/<str:number>/form/<str:action>", case.form, name="form"),
    path("cases/<str:number>/do/<str:action>", case.do, name="do"),
    path("cases/<str:number>/lines", talk.lines, name="lines"),
    path("cases/<str:number>/say", talk.say, name="say"),
    path("cases/<str:number>/upload", talk.upload, name="upload"),
    path("cases/<str:number>/files/<uuid:attachment>", talk.file, name="file"),
    path("cases/<str:number>/typing", talk.typing, name="typing"),
    path("cases/<str:number>/read", talk.read, name="read"),
    path("cases/<str:number>/insert/<str:what>", talk.insert, name="insert"),
    path("cases/<str:number>/search", helper.search, name="search"),
    path("cases/<str:number>/items", helper.items, name="items"),
    path("cases/<str:number>/guide/<str:code>", helper.guide, name="guide"),
    path("cases/<str:number>/contact", helper.contact, name="contact"),
    path("answers/<str:entry>/feedback", helper.feedback, name="feedback"),
    path("new", register.new, name="new"),
    path("team", team.team, name="team"),
    path("statistics", statistics.statistics, name="statistics"),
    path("statistics/<str:name>.csv", statistics.export, name="export"),
    path("outbox", outbox.outbox, name="outbox"),
    path("outbox/<uuid:delivery>/resend", outbox.resend, name="resend"),
    path("outbox/<uuid:delivery>/finish", outbox.finish, name="finish"),
    path("knowledge", knowledge.knowledge, name="knowledge"),
    path("knowledge/new", knowledge.new, name="entry-new"),
    path("knowledge/gaps/<uuid:candidate>/<str:action>", knowledge.gap, name="gap"),
    path("knowledge/<str:number>", knowledge.entry, name="entry"),
    path("knowledge/<str:number>/edit", knowledge.edit, name="entry-edit"),
    path("knowledge/<str:number>/do/<str:action>", knowledge.do, name="entry-do"),
    path("conformance", oversight.conformance, name="conformance"),
    path("ledger", oversight.ledger, name="ledger"),
    path("accounts", accounts.accounts, name="accounts"),
    path("accounts/<int:account>/<str:action>", accounts.do, name="account-do"),
]
