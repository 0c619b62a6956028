"""Who is at the desk: branches of the surety, contractors, and the people who log in for them."""

import uuid

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from accounts import licences, numbers


class Branch(models.Model):
    """An office of the surety (営業部・支店); its code is the middle of every number it issues."""

    code = models.CharField("店番", max_length=3, unique=True, validators=[RegexValidator(r"^\d{3}$")])
    name = models.CharField("名称", max_length=40)
    phone = models.CharField("電話番号", max_length=20)
    address = models.CharField("所在地", max_length=120)

    class Meta:
        ordering = ["code"]
        verbose_name = verbose_name_plural = "営業部・支店"

    def __str__(self) -> str:
        return self.name


LAST_OF_MONTH = 31
_DAYS = [(day, f"毎月{day}日") for day in (5, 10, 15, 20, 25)] + [(LAST_OF_MONTH, "月末")]


class Contractor(models.Model):
    """A construction company (受注者), customer of one branch; address and name appear on its papers (保証契約者)."""

    customer_no = models.CharField("お客様番号", max_length=8, unique=True, validators=[RegexValidator(r"^\d{8}$")])
    name = models.CharField("商号", max_length=100)
    kana = models.CharField("商号（カナ）", max_length=150)
    postal_code = models.CharField("郵便番号", max_length=8)
    address = models.CharField("住所", max_length=150)
    phone = models.CharField("電話番号", max_length=20)
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="contractors", verbose_name="取扱店")
    # 一括納付: what was issued up to the closing day is debited in the month after (guarantees.billing).
    closing_day = models.PositiveSmallIntegerField(
        "一括納付の締め日", choices=_DAYS, default=LAST_OF_MONTH, db_default=31
    )
    debit_day = models.PositiveSmallIntegerField(
        "一括納付の引落日（翌月）", choices=_DAYS, default=LAST_OF_MONTH, db_default=31
    )

    # What the company may say about itself (companies.keep); "" and null until it does.
    corporate_no = models.CharField("法人番号", max_length=13, blank=True, validators=[numbers.require_corporate])
    licence_authority = models.CharField(
        "建設業許可の許可行政庁", max_length=2, blank=True, choices=licences.AUTHORITIES
    )
    licence_kind = models.CharField("建設業許可の区分", max_length=8, blank=True, choices=licences.KINDS)
    licence_year = models.PositiveSmallIntegerField("建設業許可の年（西暦）", null=True, blank=True)
    licence_no = models.CharField(
        "建設業許可番号",
        max_length=6,
        blank=True,
        help_text="6桁（例：012345）",
        validators=[RegexValidator(r"^\d{6}$", "6桁の数字で入力してください。")],
    )

    class Meta:
        ordering = ["customer_no"]
        verbose_name = verbose_name_plural = "受注者"
        constraints = [
            models.UniqueConstraint(
                fields=["corporate_no"],
                condition=~Q(corporate_no=""),
                name="a_corporate_number_belongs_to_one_contractor",
                violation_error_message="この法人番号は、別の受注者に登録されています。",
            ),
            models.CheckConstraint(
                name="a_corporate_number_has_thirteen_digits",
                condition=Q(corporate_no="") | Q(corporate_no__regex=r"^[1-9][0-9]{12}$"),
            ),
            models.UniqueConstraint(
                fields=["licence_authority", "licence_no"],
                condition=~Q(licence_no=""),
                name="a_licence_number_belongs_to_one_contractor",
                violation_error_message="この建設業許可番号は、別の受注者に登録されています。",
            ),
            models.CheckConstraint(
                name="a_licence_is_known_whole_or_not_at_all",
                condition=Q(licence_authority="", licence_kind="", licence_year=None, licence_no="")
                | Q(
                    licence_authority__regex=r"^(0[0-9]|[1-3][0-9]|4[0-7])$",
                    licence_kind__in=["general", "special"],
                    licence_year__isnull=False,
                    licence_no__regex=r"^[0-9]{6}$",
                ),
                violation_error_message="建設業許可番号は、許可行政庁・区分・年・番号をすべて入力してください。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def licence(self) -> licences.Licence | None:
        """The permit as one thing, when the company has told us of one."""
        if self.licence_year is None:
            return None
        return licences.Licence(self.licence_authority, self.licence_kind, self.licence_year, self.licence_no)


class Signatory(models.Model):
    """A person who may sign for the contractor: its representative (代表者) or an authorised agent (受任者)."""

    class Role(models.TextChoices):
        REPRESENTATIVE = "representative", "代表者"
        AGENT = "agent", "受任者"

    contractor = models.ForeignKey(Contractor, models.CASCADE, related_name="signatories", verbose_name="受注者")
    role = models.CharField("区分", max_length=14, choices=Role)
    title = models.CharField("役職", max_length=60)
    name = models.CharField("氏名", max_length=60)

    class Meta:
        ordering = ["id"]
        verbose_name = verbose_name_plural = "署名者"

    def __str__(self) -> str:
        return f"{self.title}　{self.name}（{self.get_role_display()}）"


class People(BaseUserManager["User"]):
    """Makes accounts; the password is hashed here and stored nowhere else."""

    def create_user(self, email: str, password: str, **fields: object) -> "User":
        """Store a person with a usable password. Validators are the caller's business (the demo passes them by).

        Whoever belongs to a company may apply for it, unless told otherwise.
        """
        person = self.model(email=email.lower(), **fields)
        person.company_role = person.fitting_company_role(person.company_role)
        person.set_password(password)
        person.save(using=self._db)
        return person


class User(AbstractBaseUser):
    """A person who logs in: for a contractor, for a branch, or for the head office (reads all, moves nothing)."""

    class Role(models.TextChoices):
        CONTRACTOR = "contractor", "受注者"
        CLERK = "clerk", "支店（受付・審査）"
        APPROVER = "approver", "支店（承認）"
        HEAD = "head", "本店（閲覧）"

    class CompanyRole(models.TextChoices):
        APPLICANT = "applicant", "申込者"
        VIEWER = "viewer", "閲覧者"
        MANAGER = "manager", "管理者"

    email = models.EmailField("メールアドレス", unique=True)
    name = models.CharField("氏名", max_length=60)
    role = models.CharField("役割", max_length=10, choices=Role)
    # What somebody may do for his company; nothing ("") on our side of the desk.
    company_role = models.CharField("会社での役割", max_length=9, choices=CompanyRole, blank=True)
    contractor = models.ForeignKey(
        Contractor, models.PROTECT, null=True, blank=True, related_name="people", verbose_name="受注者"
    )
    branch = models.ForeignKey(
        Branch, models.PROTECT, null=True, blank=True, related_name="people", verbose_name="営業部・支店"
    )
    is_active = models.BooleanField("利用中", default=True)
    seen_at = models.DateTimeField("前回のログイン", null=True, blank=True, editable=False)
    # When the account was last stopped: sessions opened before it stay shut, also when it is reopened.
    stopped_at = models.DateTimeField("利用停止の日時", null=True, blank=True, editable=False)
    # When somebody else set the password, which is then for the first log-in only; null once the person chose it.
    password_given_at = models.DateTimeField("初回用パスワードの設定日時", null=True, blank=True, editable=False)

    objects = People()
    USERNAME_FIELD = "email"

    class Meta:
        ordering = ["email"]
        verbose_name = verbose_name_plural = "利用者"
        constraints = [
            models.CheckConstraint(
                name="a_person_belongs_where_the_role_says",
                condition=Q(role="contractor", contractor__isnull=False, branch=None)
                | Q(role__in=["clerk", "approver"], contractor=None, branch__isnull=False)
                | Q(role="head", contractor=None, branch=None),
                violation_error_message="役割にあわせて、受注者または営業部・支店のどちらか一方を選んでください。",
            ),
            models.CheckConstraint(
                name="a_person_has_a_company_role_exactly_when_of_a_company",
                condition=Q(role="contractor", company_role__in=["applicant", "viewer", "manager"])
                | ~Q(role="contractor") & Q(company_role=""),
                violation_error_message="会社での役割は、受注者の利用者にだけ選べます。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_contractor(self) -> bool:
        return self.role == self.Role.CONTRACTOR

    @property
    def may_apply(self) -> bool:
        """Tell whether the person acts for a company: applies, sends, says and takes back. A 閲覧者 only reads."""
        return self.is_contractor and self.company_role != self.CompanyRole.VIEWER

    @property
    def is_manager(self) -> bool:
        """Tell whether the person keeps the people and the profile of a company (管理者)."""
        return self.is_contractor and self.company_role == self.CompanyRole.MANAGER

    def fitting_company_role(self, wished: str) -> str:
        """Give the company role that goes with the role: the one wished, 申込者 without a wish, none at our desk."""
        return (wished or self.CompanyRole.APPLICANT) if self.is_contractor else ""

    @property
    def is_branch(self) -> bool:
        return self.role in {self.Role.CLERK, self.Role.APPROVER}

    @property
    def is_head(self) -> bool:
        return self.role == self.Role.HEAD

    @property
    def is_desk(self) -> bool:
        """Tell whether the person stands on our side of the desk."""
        return self.is_branch or self.is_head

    def has_perm(self, permission: str, obj: models.Model | None = None) -> bool:
        """Grant nothing: rights follow from the role, and an admin page that forgets to ask for it stays shut."""
        return False

    def has_module_perms(self, app_label: str) -> bool:
        """Grant nothing, as has_perm."""
        return False


class Invitation(models.Model):
    """An address that a 管理者 asked to join his company. The letter's link is made from its id and kept nowhere."""

    class Status(models.TextChoices):
        OPEN = "open", "招待中"
        USED = "used", "登録済み"
        WITHDRAWN = "withdrawn", "取消済み"
        REPLACED = "replaced", "再送済み"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    contractor = models.ForeignKey(Contractor, models.PROTECT, related_name="invitations", verbose_name="受注者")
    email = models.EmailField("メールアドレス")
    name = models.CharField("氏名", max_length=60)
    company_role = models.CharField("会社での役割", max_length=9, choices=User.CompanyRole)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="招待した方")
    at = models.DateTimeField("招待した日時")
    expires_at = models.DateTimeField("期限")
    status = models.CharField("状態", max_length=9, choices=Status, default=Status.OPEN)
    ended_at = models.DateTimeField("終わった日時", null=True)

    class Meta:
        ordering = ["-at"]
        verbose_name = verbose_name_plural = "招待"
        indexes = [models.Index(fields=["contractor", "-at"], name="invitation_by_contractor")]
        constraints = [
            models.UniqueConstraint(
                fields=["contractor", "email"],
                condition=Q(status="open"),
                name="a_company_has_one_open_invitation_for_an_address",
            ),
            models.CheckConstraint(
                name="an_invitation_has_its_moment_exactly_once_ended",
                condition=Q(status="open", ended_at=None)
                | Q(status__in=["used", "withdrawn", "replaced"], ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="an_invitation_is_for_a_role_in_the_company",
                condition=Q(company_role__in=["applicant", "viewer", "manager"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.email}）"


class LoginTry(models.Model):
    """One attempt to log in. Failures slow the next ones down, by account and by address; nobody is locked out."""

    account_digest = models.CharField(max_length=64)  # SHA-256 of the lower-case address typed, known or not
    visitor = models.CharField(max_length=45)  # the address the request came from
    at = models.DateTimeField(auto_now_add=True)
    succeeded = models.BooleanField()

    class Meta:
        indexes = [
            models.Index(fields=["account_digest", "-at"], name="login_try_by_account"),
            models.Index(fields=["visitor", "-at"], name="login_try_by_visitor"),
        ]
