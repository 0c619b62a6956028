"""Who is at the desk: branches of the surety, contractors, and the people who log in for them."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q


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

    class Meta:
        ordering = ["customer_no"]
        verbose_name = verbose_name_plural = "受注者"

    def __str__(self) -> str:
        return self.name


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
        """Store a person with a usable password. Validators are the caller's business (the demo passes them by)."""
        person = self.model(email=email.lower(), **fields)
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

    email = models.EmailField("メールアドレス", unique=True)
    name = models.CharField("氏名", max_length=60)
    role = models.CharField("役割", max_length=10, choices=Role)
    contractor = models.ForeignKey(
        Contractor, models.PROTECT, null=True, blank=True, related_name="people", verbose_name="受注者"
    )
    branch = models.ForeignKey(
        Branch, models.PROTECT, null=True, blank=True, related_name="people", verbose_name="営業部・支店"
    )
    is_active = models.BooleanField("利用中", default=True)
    seen_at = models.DateTimeField("前回のログイン", null=True, blank=True, editable=False)
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
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_contractor(self) -> bool:
        return self.role == self.Role.CONTRACTOR

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
