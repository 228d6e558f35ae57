"""Endpoints under /api/auth/."""

from __future__ import annotations

from django.urls import URLPattern, path

from api.tokens import views

app_name = "tokens"

urlpatterns: list[URLPattern] = [
    path("token/", views.SignInView.as_view(), name="sign_in"),
    path("token/refresh/", views.RefreshView.as_view(), name="refresh"),
    path("token/verify/", views.VerifyView.as_view(), name="verify"),
    path("logout/", views.SignOutView.as_view(), name="sign_out"),
    path("me/", views.CurrentUserView.as_view(), name="current_user"),
    path("sessions/", views.SessionListView.as_view(), name="sessions"),
    path("sessions/<str:session_id>/", views.SessionView.as_view(), name="session"),
]
