"""How right and how fast the text judgement is: accuracy on labelled sets that stay outside the project, and texts a second.

    python benchmarks/triage.py [--data FOLDER]

The folder holds eval_dev.jsonl (texts with all labels) and sentiment_dev.csv (cat, label 1 or 0, text). A set that is absent is
passed over with a notice. The table goes to standard output, everything measured to benchmarks/results/triage.json.
"""

import argparse
import csv
import json
import time
from pathlib import Path
from typing import Any

from huiyin.policy.load import load_default
from huiyin.triage import corpus, evaluate, model
from huiyin.triage.judge import Judge

HERE = Path(__file__).resolve().parent
DATA = HERE.parent.parent / "shared" / "data"
RESULTS = HERE / "results" / "triage.json"


def main() -> None:
    """Measure everything there is data for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the labelled sets")
    parser.add_argument(
        "--scale", type=float, default=1.0, help="taken for the sake of the other benchmarks; it changes nothing here"
    )
    folder: Path = parser.parse_args().data
    started = time.perf_counter()
    judge = Judge()
    results: dict[str, Any] = {"load_seconds": round(time.perf_counter() - started, 3), "model": judge.model.name}
    results["speed"] = speed(judge)
    print(
        f"model {judge.model.name}: loaded in {results['load_seconds']} s; {results['speed']['texts_a_second']:,} texts/s with reasons"
    )
    for name, measured in (("eval_dev.jsonl", labelled), ("sentiment_dev.csv", reviews)):
        path = folder / name
        if path.exists():
            print(f"\n{name}")
            results[path.stem] = measured(judge, path)
        else:
            print(f"\n{path} is absent: passed over")
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps(results, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def speed(judge: Judge) -> dict[str, Any]:
    """Judge the corpus three times on one core and keep the best."""
    texts, policy = [row.text for row in corpus.shipped()], load_default()
    judge.judge(texts[:500], policy)
    best = 0.0
    for _ in range(3):
        started = time.process_time()
        judge.judge(texts, policy)
        best = max(best, len(texts) / (time.process_time() - started))
    return {
        "texts": len(texts),
        "characters_a_text": round(sum(map(len, texts)) / len(texts)),
        "texts_a_second": round(best),
    }


def labelled(judge: Judge, path: Path) -> dict[str, Any]:
    """Measure every aspect on a fully labelled set."""
    truths = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    report = evaluate.measure(judge.judge([truth["text"] for truth in truths], load_default()), truths)
    evaluate.lines(report, print)
    return report


def reviews(judge: Judge, path: Path) -> dict[str, Any]:
    """Measure on reviews marked good or bad only: which side of the feeling prevails."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    opinion = judge.model.judge([row["text"] for row in rows])
    feelings = judge.model.given(opinion, opinion.aspects["kind"].argmax(axis=1))["sentiment"]
    place = {value: index for index, value in enumerate(model.SENTIMENTS)}
    hits = [
        (bright[place["pos"]] > bright[place["neg"]]) == (row["label"] == "1")
        for row, bright in zip(rows, feelings, strict=True)
    ]
    by_goods = {
        goods: [hit for row, hit in zip(rows, hits, strict=True) if row["cat"] == goods]
        for goods in sorted({row["cat"] for row in rows})
    }
    result = {
        "texts": len(rows),
        "accuracy": round(sum(hits) / len(hits), 4),
        "by_goods": {goods: round(sum(one) / len(one), 4) for goods, one in by_goods.items()},
    }
    print(
        f"good or bad: {result['accuracy']:.3f} of {len(rows)}  "
        + "  ".join(f"{goods} {value:.2f}" for goods, value in result["by_goods"].items())
    )
    return result


if __name__ == "__main__":
    main()
