"""Filling in the form 申込の作成, with or without scripts."""

from django.utils import timezone
from playwright.sync_api import Page


def application(**changes: str) -> dict[str, str]:
    """Give answers for both products as a person may type them; the body and the bank are chosen by search.

    Answers of select boxes are their words. `changes` replace or add answers; "" leaves one out.
    """
    today = timezone.localdate()
    answers = {
        "authority": "杉並区長", "work_kind": "works", "work_number": "8-杉教-0777", "work_name": "区立つばめ小学校講堂改修工事",
        "work_place": "東京都杉並区あおば一丁目6番地内", "price": "30,000,000", "contracted_on": today.isoformat(),
        "works_from": today.isoformat(), "works_until": f"{today.year + 1}/3/31", "fiscal_kind": "single", "low_bid": "no",
        "signatory": "代表取締役", "advance_on": "on", "advance_format": "electronic", "advance_amount": "12,000,000",
        "advance_redeposit": "unused", "advance_billing": "本社経理部", "advance_statement": "no",
        "contract_on": "on", "contract_format": "electronic", "contract_amount": "3,000,000", "contract_billing": "本社経理部",
        "contract_statement": "no", "notice": "no", "department": "総務部", "person": "保証　花子", "phone": "03-0000-0123",
    }  # fmt: skip
    return {name: answer for name, answer in (answers | changes).items() if answer}


def fill_in(page: Page, answers: dict[str, str]) -> None:
    """Answer every question of the form that is open on the page, in its order."""
    for name, answer in answers.items():
        kind = page.locator(f"[name={name}]:not([type=hidden])").first.get_attribute("type")
        if kind == "radio":
            page.check(f"[name={name}][value={answer}]")
        elif kind == "checkbox":
            page.check(f"[name={name}]")
        elif page.locator(f"select[name={name}]").count():
            option = page.locator(f"select[name={name}] option", has_text=answer).first
            page.select_option(f"[name={name}]", value=option.get_attribute("value"))
        else:
            page.fill(f"[name={name}]", answer)
