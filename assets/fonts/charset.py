"""The characters the program's own font carries, one set for both weights.

Run by itself it prints them as U+XXXX lines.
"""

# Symbols the screens, the receipts and the keys' captions may use, beyond what GB 2312 has.
TILL = "✓✔✗✘●○■□▲△▼▽◀▶◁▷◆◇★☆⚠←→↑↓⇧⏎⌫×÷−–—…·•‧¥￥€£°℃№™®©‰′″‘’“”‹›‾⌘⌥␣♪☎"

# Hanzi outside GB 2312 that people's names, shop signs and goods of our days still bring. The paper and the
# PDF have no other font to fall back on.
MODERN = (
    "镕喆堃玥珺昇旻晞烨炜祎翀芃赟钰铄锟韫頔颢瑀璟珅珏瑄玹玟彧昶晟晔煊煜焜熠祺禛筱翊翎萱葳蓁逵邈霈靓骁妤妘姝娅嫄嬛婧婳孖岚嵘峣崚"
    "汧沄沺泓洺浛湉滢潆澔濛瀚灏燚淼犇骉垚猋鑫焗啫喱粿馃嘭啵咔嗨哒嘞囧煲糍粑鲮蚝馕蛳氽涮鲅鲶鳕堉劼仝冇咁嘅嚟"
)

RANGES = (
    (0x0020, 0x007E),  # ASCII
    (0x00A0, 0x00FF),  # Latin-1
    (0x0100, 0x017F),  # Latin Extended-A
    (0x3000, 0x301F),  # CJK punctuation
    (0x2500, 0x257F),  # box drawing
    (0xFF01, 0xFF5E),  # full-width ASCII
    (0xFFE0, 0xFFE6),  # full-width ￠￡￢￣￤￥￦
)


def gb2312():
    """Every character of GB 2312: rows 1-9 (symbols) and 16-87 (6763 hanzi).

    Decoded as GB 2312 and as GBK: the two disagree on where the middle dot and the dash of row 1 lie in
    Unicode, and text arrives in both spellings.
    """
    found = {ord("ǹ")}  # a pinyin letter that GBK got later and Python's codec leaves out
    for codec in ("gb2312", "gbk"):
        for row in (*range(1, 10), *range(16, 88)):
            for cell in range(1, 95):
                try:
                    found.add(ord(bytes((0xA0 + row, 0xA0 + cell)).decode(codec)))
                except UnicodeDecodeError:
                    pass  # an unassigned cell
    return found


def charset():
    wanted = gb2312() | {ord(c) for c in TILL + MODERN}
    for first, last in RANGES:
        wanted.update(range(first, last + 1))
    return wanted


if __name__ == "__main__":
    for code in sorted(charset()):
        print(f"U+{code:04X}")
