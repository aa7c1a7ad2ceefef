"""Staff, their place in the house, and the keys of machines."""

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models


class UserManager(BaseUserManager["User"]):
    """Makes accounts."""

    def create_user(self, username: str, password: str | None = None, **fields: object) -> "User":
        """Create an account; without a password nobody can sign in to it."""
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person who works here. What he may do follows from `role` and `department` in the policy."""

    username = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=80)
    email = models.EmailField(blank=True)
    role = models.CharField(max_length=30)
    department = models.CharField(max_length=30, blank=True)
    skills = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    languages = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    shift = models.CharField(max_length=30, blank=True, help_text="a named shift of the policy; empty: always on")
    away_until = models.DateTimeField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    locale = models.CharField(max_length=10, default="zh-hans")
    must_change_password = models.BooleanField(
        default=False, help_text="the password was given to him by somebody else"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        db_table = "people_user"
        indexes = [models.Index(fields=["department", "role"], name="user_place", condition=models.Q(is_active=True))]

    def __str__(self) -> str:
        """Return the name people know."""
        return self.name or self.username

    def has_usable_mfa(self) -> bool:
        """Tell whether a second factor is set up."""
        return bool(self.pk) and self.authenticator_set.exists()  # type: ignore[attr-defined]


class ApiKey(models.Model):
    """A key a machine signs in with. Only its digest is kept."""

    name = models.CharField(max_length=80, unique=True)
    role = models.CharField(max_length=30)
    digest = models.CharField(max_length=64, unique=True)
    created_by = models.CharField(max_length=80, blank=True, help_text="name of the person; empty: at the terminal")
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "people_apikey"
