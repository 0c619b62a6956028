"""News of a line by mail: that there is something to read after logging in, and nothing of what it says."""

from django.conf import settings

from applications.models import Line, Message
from outbox import post


def tell(line: Line, about: Message) -> None:
    """Promise a letter to who sent the application, once for each message, inside the caller's transaction."""
    application = line.application
    post.write(
        "line_news",
        to=application.changed_by.email,
        ref=f"message:{about.pk}",
        context={
            "contractor_name": line.principal_name,
            "number": application.number,
            "product_label": line.get_product_display(),
            "branch_name": line.branch.name,
            "branch_phone": line.branch.phone,
            "portal_url": settings.PORTAL_URL,
            "company_name": settings.COMPANY_NAME,
        },
    )
