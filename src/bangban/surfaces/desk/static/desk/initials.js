// Finding a Chinese name by a part of it or by the initials of its pinyin. The initial of a character is read from the
// order in which the browser sorts Chinese by pinyin; characters with several readings that names here use stand beside it.

const FIRSTS = [..."阿八嚓哒妸发旮哈讥咔垃妈拏噢妑七呥仨他屲夕丫帀"];
const LETTERS = "abcdefghjklmnopqrstwxyz";
const ALSO = {
  长: "cz", 重: "cz", 行: "xh", 调: "dt", 乐: "ly", 会: "hk", 传: "cz", 都: "d", 校: "xj", 率: "ls", 降: "jx", 厦: "sx",
  车: "cj", 处: "c", 弹: "dt", 还: "hh", 朝: "cz", 藏: "cz", 单: "ds", 石: "s", 种: "z", 参: "cs", 曾: "zc", 番: "fp",
  从: "c", 区: "qo", 盛: "sc", 提: "td", 解: "jx", 省: "sx", 系: "xj", 屏: "pb", 伽: "gj", 房: "f", 属: "sz", 扎: "zz",
};
const collator = new Intl.Collator("zh-Hans-u-co-pinyin");
const known = new Map();

/** The letters that a character may begin with; a character that is none gives itself. */
function lettersOf(char) {
  if (!/\p{Script=Han}/u.test(char)) return char.toLowerCase();
  if (ALSO[char]) return ALSO[char];
  if (!known.has(char)) {
    const place = FIRSTS.findLastIndex((first) => collator.compare(first, char) <= 0);
    known.set(char, LETTERS[place] ?? "");
  }
  return known.get(char);
}

function spells(text, wanted) {
  const chars = [...text];
  const keys = [...wanted];
  for (let start = 0; start + keys.length <= chars.length; start += 1)
    if (keys.every((key, index) => chars[start + index] === key || lettersOf(chars[start + index]).includes(key))) return start;
  return -1;
}

/** The names of a class from the top, out of "城市管理 / 市政设施 / 道路破损". */
export function pathOf(text) {
  return text.split(" / ").map((part) => part.trim());
}

/** How well a name fits what is typed, 0 when not at all: every word must be found; the last name counts most. */
export function matches(text, wanted) {
  const words = wanted.toLowerCase().split(/[\s›/]+/).filter(Boolean);
  const whole = text.toLowerCase();
  const plain = [...whole].filter((char) => /[\p{Script=Han}\p{L}\p{N}]/u.test(char)).join("");
  const leaf = pathOf(whole).at(-1);
  let rank = 1;
  for (const word of words) {
    if (leaf.startsWith(word)) rank += 50;
    else if (leaf.includes(word)) rank += 40;
    else if (whole.includes(word)) rank += 20;
    else {
      const own = spells(leaf, word);
      if (own === 0) rank += 30;
      else if (own > 0) rank += 25;
      else if (spells(plain, word) >= 0) rank += 10;
      else return 0;
    }
  }
  return rank;
}
