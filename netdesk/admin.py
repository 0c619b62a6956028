from django.contrib.admin import AdminSite


class DeskSite(AdminSite):
    pass
