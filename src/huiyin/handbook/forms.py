"""Writing a draft: files uploaded, or one of them edited in the page."""

import io
import zipfile
from typing import Any, Final

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

MOST_BYTES: Final = 4_000_000
MOST_FILES: Final = 60


class ManyFiles(forms.ClearableFileInput):
    """A file input that takes several."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several uploaded files, as a list."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[Any]]":
        """Check each file by itself."""
        return [super(FilesField, self).clean(one, initial) for one in data or []]


class DraftForm(forms.Form):
    """What becomes of the version a draft is made from."""

    uploads = FilesField(
        label=gettext_lazy("YAML files, or a ZIP of them"),
        required=False,
        help_text=gettext_lazy("A file replaces the one of the same name."),
    )
    name = forms.CharField(required=False, widget=forms.HiddenInput)
    text = forms.CharField(
        label=gettext_lazy("Text"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 28, "spellcheck": "false", "class": "code"}),
    )
    note = forms.CharField(
        label=gettext_lazy("What changes, and why"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("The person who approves reads it first."),
    )  # fmt: skip

    def clean_uploads(self) -> dict[str, str]:
        """Read the uploads as texts by file name."""
        texts: dict[str, str] = {}
        for upload in self.cleaned_data["uploads"]:
            if (upload.size or 0) > MOST_BYTES:
                raise forms.ValidationError(_("{name} is too large for a policy.").format(name=upload.name))
            texts |= _texts(str(upload.name), upload.read())
        return texts

    def clean(self) -> dict[str, Any]:
        """A draft that is to be kept says why."""
        given = super().clean() or {}
        if "keep" in self.data and not given.get("note"):
            self.add_error("note", _("Say what changes, and why."))
        return given

    def source(self, base: dict[str, str]) -> dict[str, str]:
        """Return the whole policy: the base with what was uploaded and edited."""
        given = self.cleaned_data
        edited = (
            {given["name"]: given["text"].replace("\r\n", "\n")}
            if given["name"] in base and given["text"].strip()
            else {}
        )
        return {**base, **given["uploads"], **edited}


def _texts(name: str, data: bytes) -> dict[str, str]:
    if not name.lower().endswith(".zip"):
        return {_file_name(name): _text(name, data)}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            inside = [
                one
                for one in archive.infolist()
                if one.filename.lower().endswith((".yaml", ".yml")) and not one.is_dir()
            ]
            if len(inside) > MOST_FILES or sum(one.file_size for one in inside) > MOST_BYTES:
                raise forms.ValidationError(_("{name} is too large for a policy.").format(name=name))
            return {_file_name(one.filename): _text(one.filename, archive.read(one)) for one in inside}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError):
        raise forms.ValidationError(_("{name} is not a ZIP file that can be read.").format(name=name)) from None


def _file_name(name: str) -> str:
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    if not last.lower().endswith((".yaml", ".yml")):
        raise forms.ValidationError(_("{name} is not a YAML file.").format(name=last))
    return last


def _text(name: str, data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise forms.ValidationError(_("{name} is not UTF-8 text; save it as UTF-8.").format(name=name)) from None
    if "\x00" in text:
        raise forms.ValidationError(_("{name} is not UTF-8 text; save it as UTF-8.").format(name=name))
    return text
