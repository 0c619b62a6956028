"""The mix of rows that lists are measured on, as SQL: for each table, its columns and what fills each of them.

In these words `i` is the number of a line, `:lines` is how many there are in all, and `company`, `branch`, `application`,
`person` and `officer` are the rows that belong to it.
"""

OPEN, RETURNED, ORDERED = 1880, 470, 150  # the newest lines, by what they wait for
RARE, EVERY = "こまどり橋", 60  # a word that few works bear: this many, however large the database
KANA = "".join(map(chr, range(ord("ァ"), ord("ヶ") + 1)))
HIRAGANA = "".join(chr(ord(sign) - 0x60) for sign in KANA)


def uuid_of(what: str, number: str) -> str:
    """Give the id of a row, scattered as random ids are, and the same whoever asks for it."""
    return f"md5('{what}' || {number})::uuid"


# Of a line i: its application is i / 2; every fiftieth of the older ones was declined.
APPLICATION = "((i + 1) / 2)"
# Every so many an application of the contractor that is looked at; of the others by a multiplicative hash.
OWNER = f"CASE WHEN {APPLICATION} % greatest(:lines / 2 / 300, 1) = 0 THEN 1 ELSE 2 + ({APPLICATION} * 2654435761 % 49999) END"
PLACES = "みどり あおば ひばり さくら 若葉 本町 川辺 北台 南原 東山 西浜 中央 旭 高砂 白鳥 松風 竹園 梅里 桐生野 柏木".split()
THINGS = (
    "小学校校舎 中学校体育館 市道 県道 橋りょう 下水道管きょ 配水管 公園園路 図書館空調設備 庁舎外壁 消防署車庫 "
    "保育所屋上 排水機場 農業用水路 ため池堤体 歩道 河川護岸 急傾斜地 林道 市営住宅"
).split()
WORKS = "改修工事 新築工事 補修工事 舗装工事 耐震補強工事 塗装工事 更新工事 設計業務委託 測量業務委託 維持工事".split()
NAME = f"""(CASE WHEN i % greatest(:lines / {EVERY}, 1) = 7 THEN '{RARE}' ELSE '' END
 || (ARRAY{PLACES})[1 + i % 20] || '第' || translate((i * 7919 % 983)::text, '0123456789', '０１２３４５６７８９') || '号'
 || (ARRAY{THINGS})[1 + i / 3 % 20] || (ARRAY{WORKS})[1 + i / 7 % 10])"""
BODY = "(SELECT name FROM bodies WHERE no = 1 + i % 60)"
STATUS = f"""CASE WHEN i > :lines - {OPEN} THEN (ARRAY['submitted','received','under_review','under_review'])[1 + i % 4]
 WHEN i > :lines - {OPEN + RETURNED} THEN 'returned' WHEN i > :lines - {OPEN + RETURNED + ORDERED} THEN 'approved'
 WHEN i % 50 = 0 THEN (ARRAY['declined','withdrawn'])[1 + i / 50 % 2] ELSE 'approved' END"""
IS_ORDERED = f"(i > :lines - {OPEN + RETURNED + ORDERED})"
SENT = "now() - (:lines - i) * interval '1700 days' / :lines"

TERMS = {
    "product": "CASE WHEN i % 2 = 1 THEN 'advance' ELSE 'contract' END",
    "format": "CASE WHEN i % 5 = 0 THEN 'paper' ELSE 'electronic' END",
    "issuer_id": "(SELECT id FROM bodies WHERE no = 1 + i % 60)",
    "issuer_name": BODY,
    "beneficiary": f"{BODY} || '長'",
    "principal_name": "company.name",
    "principal_address": "company.address",
    "signatory_title": "'代表取締役'",
    "signatory_name": "'見本　太郎'",
    "work_kind": "CASE WHEN i % 8 = 0 THEN 'service' ELSE 'works' END",
    "work_number": f"'8-土-' || lpad({APPLICATION}::text, 7, '0')",
    "work_name": NAME,
    "work_place": "'東京都見本市みどり一丁目5番地内'",
    "price_yen": "50000000 + i % 1000 * 10000",
    "contracted_on": f"({SENT})::date",
    "works_from": f"({SENT})::date",
    "works_until": f"({SENT})::date + 300",
    "fiscal_kind": "'single'",
    "joint_venture": "''",
    "low_bid": "'no'",
    "base_yen": "NULL::bigint",
    "amount_yen": "CASE WHEN i % 2 = 1 THEN 20000000 ELSE 5500000 END + i % 1000 * 1000",
    "bank_name": "CASE WHEN i % 2 = 1 THEN '見本銀行　中央支店' ELSE '' END",
    "bank_code": "''",
    "redeposit": "CASE WHEN i % 2 = 1 THEN 'unused' ELSE '' END",
    "payment": "'monthly'",
    "billing_name": "company.name || '　本社経理部'",
    "statement_wanted": "'no'",
    "notice_address": "'hosho@example.jp'",
    "branch_id": "company.branch_id",
    "starts_on": f"({SENT})::date",
    "ends_on": f"({SENT})::date + 300",
    "conditions": "'2026-04-01'",
    "terms_digest": "md5(i::text) || md5(i::text || 'x')",
}
CONTRACTOR = {
    "id": "i",
    "customer_no": "(10000000 + i)::text",
    "name": "(ARRAY['株式会社 ','有限会社 ',''])[1 + i % 3] || (ARRAY['見本','緑川','青葉','高橋','吉田','北原'])[1 + i % 6]"
    " || (ARRAY['建設','土木','工業','組'])[1 + i / 6 % 4] || i",
    "kana": "'ミホンケンセツ'",
    "postal_code": "'166-0000'",
    "address": "'東京都見本区みどり二丁目' || i % 40 || '番4号'",
    "phone": "'03-0000-0123'",
    "branch_id": "(SELECT id FROM accounts_branch WHERE code = (101 + i % 47)::text)",
    "corporate_no": "''",
    "licence_authority": "''",
    "licence_kind": "''",
    "licence_no": "''",
}
APPLICATIONS = {
    "id": uuid_of("application", "i"),
    "number": "'S-' || 2022 + i / 100000 || '-' || lpad((i % 100000)::text, 5, '0')",
    "contractor_id": "company.id",
    "created_by_id": "person.id",
    "changed_by_id": "person.id",
    "created_at": "at",
    "changed_at": "at",
    "version": "2",
    "typed": "'{}'::jsonb",
    "cleared": "'{}'::jsonb",
    "sent_at": "at",
    "department": "'総務部'",
    "post": "''",
    "person": "'見本　花子'",
    "phone": "'03-0000-0123'",
    "message": "''",
    "receipt": "''",
    "caution_reason": "''",
}
SEARCH = f"""lower(translate(normalize(concat_ws(' ', {NAME}, replace(company.name, ' ', ''), {BODY},
 '8-土-' || lpad({APPLICATION}::text, 7, '0'), application.number), NFKC), '{KANA}', '{HIRAGANA}'))"""
ISSUE = "CASE WHEN " + STATUS + " = 'approved' THEN i ELSE NULL END"
LINES = TERMS | {
    "id": uuid_of("line", "i"),
    "application_id": "application.id",
    "contractor_id": "company.id",
    "search": SEARCH,
    "status": STATUS,
    "revision": "1 + (i % 25 = 0)::int",
    "remark": "''",
    "sent_at": SENT,
    "moved_at": SENT,
    "reviewed_by_id": "officer.id",
    "held_by_id": "officer.id",
    "edited_by_id": "person.id",
    "issue_id": ISSUE,
    "premium_id": ISSUE,
}
NUMBER = "to_char(22 + i / 200000, 'FM00') || branch.code || '-' || lpad((i % 200000)::text, 6, '0')"
GUARANTEES = {
    "id": uuid_of("guarantee", "i"),
    "number": f"CASE WHEN {IS_ORDERED} THEN NULL ELSE {NUMBER} END",
    "product": TERMS["product"],
    "format": TERMS["format"],
    "branch_id": "company.branch_id",
    "contractor_id": "company.id",
    "issuer_id": TERMS["issuer_id"],
    "status": f"CASE WHEN {IS_ORDERED} THEN 'ordered' ELSE 'issued' END",
    "salt": "decode(md5(i::text), 'hex')",
    "created_at": SENT,
}
SNAPSHOT = f"""jsonb_build_object('number', {NUMBER}, 'principal_name', company.name, 'work_name', {NAME}, 'issuer_name', {BODY},
 'company_name', '見本保証', 'branch_name', branch.name, 'branch_phone', branch.phone, 'amount_yen', 20000000)"""
VERSIONS = TERMS | {
    "id": "i",
    "guarantee_id": uuid_of("guarantee", "i"),
    "no": "0",
    "status": f"CASE WHEN {IS_ORDERED} THEN 'ordered' ELSE 'issued' END",
    "ordered_by_id": "officer.id",
    "ordered_at": SENT,
    "issued_at": f"CASE WHEN {IS_ORDERED} THEN NULL ELSE {SENT} END",
    "snapshot": f"CASE WHEN {IS_ORDERED} THEN NULL ELSE {SNAPSHOT} END",
    "snapshot_digest": "md5(i::text) || md5(i::text)",
}
RATE = 3000  # millionths of a yen for each yen: 0.3 %
PREMIUMS = {
    "id": "i",
    "version_id": "i",
    "contractor_id": "company.id",
    "branch_id": "company.branch_id",
    "tariff_id": f"(SELECT min(id) FROM guarantees_tariff WHERE product = {TERMS['product']})",
    "tariff_name": "'見本料率'",
    "tariff_from": "'2022-04-01'",
    "product": TERMS["product"],
    "amount_yen": TERMS["amount_yen"],
    "steps": "jsonb_build_array(jsonb_build_object('over_yen', 0, 'up_to_yen', NULL, 'rate', '0.30',"
    f" 'part_yen', {TERMS['amount_yen']}, 'millionths', ({TERMS['amount_yen']}) * {RATE}::bigint))",
    "unit_yen": "1",
    "minimum_yen": "0",
    "total_yen": f"({TERMS['amount_yen']}) * {RATE}::bigint / 1000000",
    "payment": TERMS["payment"],
    "billing_name": TERMS["billing_name"],
    "closing_day": "31",
    "debit_day": "31",
    "at": SENT,
}
KEYS = {
    "id": "i",
    "guarantee_id": uuid_of("guarantee", "i"),
    "version_id": "i",
    "no": "1",
    "ciphertext": "decode(md5(i::text) || md5(i::text), 'hex')",
    "kid": "'test'",
    "verifier": "decode(md5(i::text) || md5(i::text), 'hex')",
    "pepper_id": "'test'",
    "status": f"CASE WHEN ({SENT})::date + 390 < current_date THEN 'expired' ELSE 'active' END",
    "created_at": SENT,
    "expires_on": f"({SENT})::date + 390",
}
LOOKS = {
    "guarantee_id": uuid_of("guarantee", "i"),
    "at": SENT,
    "number_hmac": "md5(i::text)",
    "result": "'opened'",
    "visitor": "'192.0.2.1'",
    "network": "'192.0.2.1'",
    "agent": "''",
    "by_id": "NULL::bigint",
}
MESSAGES = {
    "line_id": uuid_of("line", "i"),
    "side": "CASE WHEN i % 3 = 0 THEN 'branch' ELSE 'contractor' END",
    "by_id": "person.id",
    "at": SENT,
    "text": "'よろしくお願いします。'",
}
FROM_LINES = f"""generate_series(:first::bigint, :last::bigint) i
 JOIN accounts_contractor company ON company.id = {OWNER} JOIN accounts_branch branch ON branch.id = company.branch_id
 CROSS JOIN (SELECT id FROM accounts_user WHERE email = 'contractor@example.jp') person
 CROSS JOIN (SELECT id FROM accounts_user WHERE email = 'clerk@example.jp') officer"""
IS_APPROVED = f"{STATUS} = 'approved'"
