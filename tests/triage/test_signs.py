"""What the word lists see, and what they must not see."""

import pytest

from huiyin.policy.load import load_default
from huiyin.triage import rules
from huiyin.triage.features import clean

POLICY = load_default()


def seen(text: str) -> set[str]:
    return set(rules.groups_of(rules.signs(clean(text))))


def danger(text: str) -> bool:
    return bool(seen(text) & set(rules.SAFETY))


@pytest.mark.parametrize(
    "text",
    [
        "吃完就拉肚子",
        "吃完拉了一晚上肚子",
        "汤里有苍蝇",
        "菜里吃出一根头发",
        "充电时冒烟了",
        "插上电就起火",
        "手被烫伤",
        "用完脸上红肿过敏了",
        "打开一股刺鼻的味道",
        "孩子差点被卡住窒息",
        "不小心被盖子割伤流血",
        "没想到吃出虫子",
        "不仅过敏还红肿",
        "面包长毛了",
        "大蟑螂很入味！棒棒哒",
        "My son got sick after eating it",
        "the charger started smoking",
        "gave me a rash on both arms",
        "there was a piece of glass in the jar",
        "It exploded on the hob",
        "the milk was sour and he drank it",
    ],
)
def test_danger_is_seen(text: str) -> None:
    assert danger(text)


@pytest.mark.parametrize(
    "text",
    [
        "不过敏，很温和",
        "用了不会过敏",
        "没有异味",
        "没有任何刺鼻的味道",
        "一点都不刺痛",
        "吃了不拉肚子，很放心",
        "烧饭很快，火锅底料也香",
        "炸鸡很脆",
        "空气炸锅好用",
        "媒体播放功能不错",
        "曝光过度，拍照发白",
        "敏感肌会不会过敏",
        "这个会过敏吗",
        "防烫设计，隔热好",
        "洗头发很柔顺",
        "苹果发霉了两个",
        "剃须刀片很锋利",
        "没吃出虫子来",
        "not irritating at all, no rash",
        "never made me sick",
        "without any fumes",
        "I was shocked by the price",
        "fire tv stick works",
        "the mouse stopped working",
    ],
)
def test_what_only_sounds_like_danger(text: str) -> None:
    assert not danger(text)


@pytest.mark.parametrize(
    "text",
    [
        "再不退我就打12315",
        "我已经找了律师",
        "法院见",
        "要向市场监管局举报",
        "找媒体曝光你们",
        "根据食品安全法要求十倍赔偿",
        "我们会起诉",
        "I will see you in small claims court",
        "my lawyer will write to you",
        "reported to trading standards",
    ],
)
def test_the_law_is_seen(text: str) -> None:
    assert "legal" in seen(text)


@pytest.mark.parametrize(
    "text",
    [
        "我要投诉",
        "骗子，假货",
        "律师题材的书很好看",
        "媒体播放卡顿",
        "曝光补偿怎么调",
        "被媒体吹上天的手机",
        "315大促买的",
        "I want to complain",
        "tennis court shoes",
        "social media button missing",
    ],
)
def test_what_is_no_threat(text: str) -> None:
    assert "legal" not in seen(text)


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("我已经投诉过三次了", "repeat"),
        ("又坏了，同一个问题", "repeat"),
        ("third time this happens", "repeat"),
        ("群里几百人都一样", "group"),
        ("不止我一个人遇到", "group"),
        ("hundreds of customers have it", "group"),
        ("孕妇自己去驿站扛", "vulnerable"),
        ("my baby swallowed it", "vulnerable"),
        ("东西我没收到但是已经用坏了", "doubtful"),
    ],
)
def test_other_groups(text: str, group: str) -> None:
    assert group in seen(text)


@pytest.mark.parametrize(
    ("level", "code", "flags", "floor"),
    [
        (3, 1401, {"safety"}, 1),
        (3, 1402, {"safety", "vulnerable"}, 1),
        (3, 1403, {"safety"}, 2),
        (3, 4201, {"legal"}, 3),
        (3, 2002, {"group"}, 2),
        (3, 1401, set(), 3),
        (1, 2002, {"group"}, 1),
    ],
)
def test_floors_of_the_policy(level: int, code: int, flags: set[str], floor: int) -> None:
    raised, because = rules.floor(POLICY, level=level, code=code, flags=flags)
    assert raised == floor
    assert bool(because) == (raised < level)


def test_strength_grows_with_strong_words_and_shouting() -> None:
    mild, plain, strong = (
        rules.strength(text, 0.9) for text in ("有点慢，还能接受", "送得慢", "简直太慢了！！！垃圾！")
    )
    assert 0 <= mild < plain < strong <= 1
    assert rules.strength("anything", 0.0) == 0.0
