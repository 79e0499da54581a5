"""Addresses of calls, callers, matters, letters and the set-up of the hotline at the desk."""

from __future__ import annotations

from django.urls import URLPattern, path

from bangban.surfaces.hotline import (
    airing,
    callers,
    letters,
    matters,
    phrases,
    rates,
    recordings,
    roster,
    seating,
    wall,
)
from bangban.surfaces.hotline.setup import categories, dispatch, undertakers, visits

app_name = "calls"
CALLS = "desk/calls"
CALLERS = "desk/callers"
MATTERS = "desk/matters"
LETTERS = "desk/letters"
SETUP = "desk/hotline-setup"
urlpatterns: list[URLPattern] = [
    path(f"{CALLS}/wall", wall.wall, name="wall"),
    path(f"{CALLS}/wall/now", wall.figures, name="wall_now"),
    path(f"{CALLS}/hours", wall.hours, name="hours"),
    path(f"{CALLS}/late", wall.late, name="late"),
    path(f"{CALLS}/missed", wall.missed, name="missed"),
    path(f"{CALLS}/lost", wall.lost, name="lost"),
    path(f"{CALLS}/languages", wall.shortages, name="shortages"),
    path(f"{CALLS}/rates", rates.rates, name="rates"),
    path(f"{CALLS}/alarms", wall.alarms, name="alarms"),
    path(f"{CALLS}/menu", airing.menu, name="menu"),
    path(f"{CALLS}/audio", airing.audio, name="audio"),
    path(f"{CALLS}/audio/<int:audio>/<str:action>", airing.decide, name="audio_decide"),
    path(f"{CALLS}/roster", roster.roster, name="roster"),
    path(f"{CALLS}/roster/check", roster.check, name="roster_check"),
    path(f"{CALLS}/roster/mine", roster.mine, name="roster_mine"),
    path(f"{CALLS}/seats", seating.seats, name="seats"),
    path(f"{CALLS}/seats/use", seating.use, name="seat_use"),
    path(f"{CALLS}/of/<str:number>/recordings", recordings.of_order, name="order_recordings"),
    path(f"{CALLS}/<uuid:call>/recordings", recordings.of_call, name="call_recordings"),
    path(f"{CALLS}/recordings/<uuid:recording>/sound", recordings.sound, name="sound"),
    path(f"{CALLS}/recordings/<uuid:recording>/log", recordings.log, name="recording_log"),
    path(f"{CALLERS}/", callers.search, name="callers"),
    path(f"{CALLERS}/<str:number>/", callers.caller, name="caller"),
    path(f"{CALLERS}/<str:number>/do/<str:action>", callers.do, name="caller_do"),
    path(f"{MATTERS}/", matters.matters, name="matters"),
    path(f"{MATTERS}/rows", matters.rows, name="matters_rows"),
    path(f"{MATTERS}/threshold", matters.threshold, name="matters_threshold"),
    path(f"{MATTERS}/<str:number>/", matters.matter, name="matter"),
    path(f"{MATTERS}/<str:number>/top", matters.top, name="matter_top"),
    path(f"{MATTERS}/<str:number>/orders", matters.orders, name="matter_orders"),
    path(f"{MATTERS}/<str:number>/sort", matters.sort, name="matter_sort"),
    path(f"{MATTERS}/<str:number>/do/<str:action>", matters.do, name="matter_do"),
    path(f"{LETTERS}/", letters.letters, name="letters"),
    path(f"{LETTERS}/<int:letter>/", letters.letter, name="letter"),
    path(f"{LETTERS}/<int:letter>/register", letters.register, name="letter_register"),
    path(f"{LETTERS}/<int:letter>/original", letters.original, name="letter_original"),
    path("desk/phrases", phrases.phrases, name="phrases"),
    path(f"{SETUP}/", categories.categories, name="setup"),
    path(f"{SETUP}/categories/new", categories.category, name="setup_category_new"),
    path(f"{SETUP}/categories/<str:code>", categories.category, name="setup_category"),
    path(f"{SETUP}/dispatch", dispatch.dispatch, name="setup_dispatch"),
    path(f"{SETUP}/dispatch/<int:rule>/remove", dispatch.remove, name="setup_dispatch_remove"),
    path(f"{SETUP}/undertakers", undertakers.undertakers, name="setup_undertakers"),
    path(f"{SETUP}/undertakers/new", undertakers.undertaker, name="setup_undertaker_new"),
    path(f"{SETUP}/undertakers/<int:unit>", undertakers.undertaker, name="setup_undertaker"),
    path(f"{SETUP}/visits", visits.visits, name="setup_visits"),
]
