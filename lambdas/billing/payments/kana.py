"""Half-width kana as banks write it.

Files between banks know the digits, capital letters, the katakana ｱ to ﾝ with their two marks,
the space and a few signs. There is no small kana, no ｦ and no long-vowel mark: banks write ﾕ for
ュ, ｵ for ヲ and a hyphen for ー.
"""

import unicodedata

import jaconv

SIGNS = "()｢｣/-.,"
ALLOWED = frozenset(
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝﾞﾟ " + SIGNS
)
NOT_IN_NAMES = frozenset("｢｣,")
"""Signs that files may carry and that banks do not take in the name of who holds an account."""

_AS_BANKS_WRITE = str.maketrans("ｧｨｩｪｫｬｭｮｯｦｰ・･、｡‐‑–—―−", "ｱｲｳｴｵﾔﾕﾖﾂｵ-..,.------")


class NotKana(ValueError):
    """Text that cannot be written with what banks know, such as kanji."""

    def __init__(self, letters: str) -> None:
        super().__init__(f"banks' files cannot carry {letters}")
        self.letters = letters


def to_kana(text: str) -> str:
    """A name as banks write it. NotKana when there are letters they do not know.

    >>> to_kana("やまだ　ジュリー")
    'ﾔﾏﾀﾞ ｼﾞﾕﾘ-'
    """
    wide = jaconv.hira2kata(unicodedata.normalize("NFKC", text))
    half = jaconv.z2h(wide.upper(), kana=True, ascii=True, digit=True)
    written = " ".join(half.translate(_AS_BANKS_WRITE).split())
    if unknown := sorted(set(written) - ALLOWED):
        raise NotKana("".join(unknown))
    return written
