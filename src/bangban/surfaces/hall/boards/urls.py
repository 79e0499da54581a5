"""Addresses: the boards of a hall."""

from __future__ import annotations

from django.urls import URLPattern, path

from bangban.surfaces.hall.boards import views

app_name = "boards"
urlpatterns: list[URLPattern] = [
    path("hall/board/", views.mine, name="mine"),
    path("hall/<str:code>/board/", views.board, name="board"),
    path("hall/<str:code>/board/board.json", views.board_state, name="state"),
    path("hall/<str:code>/window/<int:window_id>/", views.window, name="window"),
    path("hall/<str:code>/window/<int:window_id>/board.json", views.window_state, name="window_state"),
]
