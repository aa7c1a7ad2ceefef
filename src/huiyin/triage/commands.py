"""`huiyin triage FILE`: judge texts without a database; train the model and measure it."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

import click
import msgspec
from rich.console import Console
from rich.progress import Progress

from huiyin.kernel.errors import BadInput
from huiyin.policy.load import load, load_default
from huiyin.policy.schema import Policy
from huiyin.triage import corpus, evaluate, model, stream
from huiyin.triage.judge import Judge

MODEL = Path(__file__).with_name("model.npz")


class FileFirst(click.Group):
    """A group whose first word may be a file to judge instead of a command."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Take anything that is no command for the file of `judge`."""
        if args and args[0] not in self.commands:
            args = ["judge", *args]
        return super().resolve_command(ctx, args)


@click.group("triage", cls=FileFirst)
def triage() -> None:
    """Judge texts (huiyin triage FILE.jsonl, or - for standard input), train the model, measure it."""


def _judge(path: Path | None) -> Judge:
    if path is None:
        return Judge()
    try:
        return Judge(model.load(path.read_bytes()))
    except (OSError, ValueError, KeyError) as error:
        raise BadInput("{path} is not a model file: {error}", path=path, error=error) from error


def _policy(path: Path | None) -> Policy:
    return load_default() if path is None else load(path)


_with_model = click.option(
    "--model",
    "model_path",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Another model file than the shipped one.",
)
_with_policy = click.option(
    "--policy", "policy_path", type=click.Path(exists=True, path_type=Path), help="Another policy than the default."
)


@triage.command("judge")
@click.argument("file", type=click.File("rb"))
@_with_model
@_with_policy
def judge_file(file: BinaryIO, model_path: Path | None, policy_path: Path | None) -> None:
    """Judge FILE, JSON Lines of {"id", "text"}: a judgement a line, in the same order."""
    judge, policy = _judge(model_path), _policy(policy_path)
    out = sys.stdout.buffer
    broken = 0
    with Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task("judging", total=_size(file))
        for answer, size in stream.answers(file, judge, policy):
            broken += b'"error":{' in answer[:400] and b'"kind":' not in answer
            out.write(answer)
            if size:
                progress.advance(task, size)
    out.flush()
    if broken:
        click.echo(f"{broken} lines could not be judged; see their “error”.", err=True)


def _size(file: BinaryIO) -> int | None:
    name = getattr(file, "name", None)
    return Path(name).stat().st_size if isinstance(name, str) and Path(name).is_file() else None


@triage.command("train")
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=MODEL,
    help="Where to write the model; the shipped one by default.",
)
@click.option("--times", default=3, show_default=True, help="How often each text of FILES counts beside the corpus.")
def train_model(files: Sequence[Path], out: Path, times: int) -> None:
    """Train the model on the corpus and on labelled FILES (.tsv, .csv or .jsonl with the columns of the corpus)."""
    try:
        from huiyin.triage import train

        rows, marks = corpus.shipped(), [corpus.shipped_digest()]
        for file in files:
            rows += corpus.read_file(file) * times
            marks.append(file.read_text(encoding="utf-8-sig"))
        data = train.build(
            rows,
            digest=marks[0] if len(marks) == 1 else model.digest(*marks),
            say=lambda words: click.echo(words, err=True),
        )
    except ImportError as error:
        raise BadInput("Training needs scikit-learn: pip install 'huiyin[train]'") from error
    except ValueError as error:
        raise BadInput("The labelled texts cannot be used: {error}", error=error) from error
    out.write_bytes(data)
    click.echo(f"{out}: {len(rows)} texts, {len(data) / 1e6:.1f} MB, {model.load(data).name}")


@triage.command("evaluate")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_with_model
@_with_policy
@click.option("--json", "as_json", is_flag=True, help="Print everything measured as JSON.")
def evaluate_model(file: Path, model_path: Path | None, policy_path: Path | None, as_json: bool) -> None:
    """Measure the judgements on FILE, JSON Lines with "text" and the labels."""
    truths: list[dict[str, Any]] = []
    for number, line in enumerate(file.read_bytes().splitlines(), 1):
        if line.strip():
            try:
                truths.append(msgspec.json.decode(line, type=dict[str, Any]))
            except msgspec.DecodeError as error:
                raise BadInput("{file}, line {number}: {error}", file=file, number=number, error=error) from error
    judgements = _judge(model_path).judge([str(truth.get("text", "")) for truth in truths], _policy(policy_path))
    report = evaluate.measure(judgements, truths)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(report), indent=2).decode())
    else:
        evaluate.lines(report, click.echo)
