"""`docs/states.md`: the moves of a case, written from the table that enforces them. Run: python -m huiyin.cases.diagram"""

from pathlib import Path

from huiyin.cases.rules import MOVES, STEPS, mermaid

PAGE = Path(__file__).resolve().parents[3] / "docs" / "states.md"


def page() -> str:
    """Return the page as Markdown: a diagram, and every move with its permission."""
    rows = [
        f"| {move.name} | {', '.join(step for step in STEPS if step in move.before)} | {move.after} | {move.permission} | {', '.join(sorted(move.only_kinds)) or 'all'} |"
        for move in MOVES.values()
    ]
    return "\n".join(
        [
            "# The moves of a case",
            "",
            "Written by `python -m huiyin.cases.diagram` from `huiyin.cases.rules.MOVES`, the table every action is checked by.",
            "",
            "```mermaid",
            mermaid().rstrip(),
            "```",
            "",
            "| move | from | to | permission | kinds |",
            "| --- | --- | --- | --- | --- |",
            *rows,
            "",
        ]
    )


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
