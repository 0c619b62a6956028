"""よくあるご質問: what contractors and officials ask about 電子保証, by topic, and our answers."""

from typing import NamedTuple


class Question(NamedTuple):
    """One question; `anchor` is the end of its address, /faq/#anchor."""

    anchor: str
    question: str
    answer: str
    url_name: str = ""  # where to read on, if anywhere
    link: str = ""


class Topic(NamedTuple):
    """Questions about one matter."""

    anchor: str
    name: str
    questions: tuple[Question, ...]


TOPICS = (
    Topic(
        "applying",
        "申込について",
        (
            Question(
                "free-choice",
                "杉並区の工事では、必ず電子保証にしなければなりませんか。",
                "いいえ。電子保証と証書（紙）のどちらも選べます。これまでどおり、紙の証書でお申し込みいただけます。",
            ),
            Question(
                "how-long",
                "申し込んでから発注者に提出するまで、どのくらいかかりますか。",
                "早ければ、申し込んだその日に提出できます。内容の確認が要るときや、支店の受付時間の後に届いたときは、日数がかかることがあります。",
                "guide_contractors",
                "受注者の方のお手続き",
            ),
        ),
    ),
    Topic(
        "costs",
        "費用と書類について",
        (
            Question(
                "costs-more",
                "電子保証にすると、費用は増えますか。",
                "増えません。お支払いいただくのは保証料だけで、紙の証書のときと同じです。発注者の方の費用もかかりません。",
            ),
            Question(
                "receipts",
                "保証料の計算書や領収証も、電子になりますか。",
                "計算書は電子でお渡しします。領収証は、これまでどおり紙でお渡しします。",
            ),
        ),
    ),
    Topic(
        "formats",
        "証書の形式について",
        (
            Question(
                "one-contract",
                "一つの保証契約の中で、電子と紙を分けられますか。",
                "分けられません。電子保証で申し込んだ保証契約は、変更の証書も電子になります。紙で申し込んだ保証契約は、変更の証書も紙になります。",
            ),
            Question(
                "two-products",
                "同じ工事で、前払金保証は電子、契約保証は紙にできますか。",
                "できます。証書の形式は、前払金保証と契約保証のそれぞれで選べます。",
            ),
        ),
    ),
    Topic(
        "changes",
        "契約が変わったとき",
        (
            Question(
                "changed-contract",
                "請負金額や工期が変わったときは、どうすればよいですか。",
                "ログインして、保証の画面の「変更・解約の手続」を開いてください。契約に何があったかを選ぶと、増額・減額・保証期限の変更のどれが要るかをお知らせし、そのまま申し込めます。前払金を追加で受け取るときは、受け取る前にお手続きください。",
            ),
            Question(
                "old-key",
                "変更すると、前の認証キーはどうなりますか。",
                "変更後の電子保証には、新しい認証キーをお渡しします。前の認証キーで照会すると、変更されていることだけが表示されます。新しい「認証キー」のお知らせを、発注者へ提出してください。",
            ),
        ),
    ),
    Topic(
        "bodies",
        "発注者について",
        (
            Question(
                "which-bodies",
                "電子保証に対応している発注者は、どこで分かりますか。",
                "「対応している発注者」の一覧で、名前や都道府県から探せます。受付の開始日と対象の契約も載せています。",
                "issuers:list",
                "対応している発注者",
            ),
        ),
    ),
)
