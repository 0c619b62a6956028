"""職員用: the branch's desk. Django's admin site behind our own door, with the queue and the review sheet in front."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, path

from accounts.access import desk_only
from accounts.models import User
from applications import desk_talk_views, desk_views, money_views, paper_views

# Log-in, log-out and passwords have one home: accounts.access.
_ELSEWHERE = {"login", "logout", "password_change", "password_change_done"}


class DeskSite(AdminSite):
    """The one admin site. A stranger is sent to our log-in page; for a contractor nothing of it exists."""

    site_header = site_title = "ネットデスク（職員用）"
    index_title = "管理"
    enable_nav_sidebar = False

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Take every model but Django's groups: here rights follow from the role."""
        if model_or_iterable not in (Group, (Group,)):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        return isinstance(request.user, User) and request.user.is_desk

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        return desk_only(super().admin_view(view, cacheable))

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The desk opens on its queue."""
        return redirect("admin:queue")

    def manage(self, request: HttpRequest) -> HttpResponse:
        """管理: the list of master data and of the read-only windows."""
        return super().index(request)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        own = [
            path("queue/", self.admin_view(desk_views.queue), name="queue"),
            path("search/", self.admin_view(desk_views.search), name="search"),
            path("manage/", self.admin_view(self.manage), name="manage"),
            path("lines/<uuid:pk>/", self.admin_view(desk_views.review), name="review"),
            path("lines/<uuid:pk>/print/", self.admin_view(paper_views.print_page), name="print"),
            path("lines/<uuid:pk>/print/progress/", self.admin_view(paper_views.progress), name="print_progress"),
            path("lines/<uuid:pk>/print/<int:no>.pdf", self.admin_view(paper_views.print_pdf), name="print_pdf"),
            path("lines/<uuid:pk>/handed-over/", self.admin_view(paper_views.handed_over), name="handed_over"),
            path("lines/<uuid:pk>/pay/", self.admin_view(money_views.pay), name="pay"),
            path("lines/<uuid:pk>/refund/", self.admin_view(money_views.refund), name="refund"),
            path("lines/<uuid:pk>/hold/", self.admin_view(desk_talk_views.hold), name="hold"),
            path("lines/<uuid:pk>/let-go/", self.admin_view(desk_talk_views.let_go), name="let_go"),
            path("lines/<uuid:pk>/memo/", self.admin_view(desk_talk_views.memo), name="memo"),
            path("lines/<uuid:pk>/settle/", self.admin_view(desk_talk_views.settle), name="settle"),
            path("lines/<uuid:pk>/say/", self.admin_view(desk_talk_views.say), name="say"),
            path("lines/<uuid:pk>/<str:name>/", self.admin_view(desk_views.move), name="move"),
            path("lines/<uuid:pk>/jobs/<int:job>/retry/", self.admin_view(desk_views.retry), name="retry"),
        ]
        return own + [url for url in super().get_urls() if getattr(url, "name", "") not in _ELSEWHERE]
