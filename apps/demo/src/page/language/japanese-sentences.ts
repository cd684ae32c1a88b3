/** What is wrong with a link, a parameter or a question; `{}` stands for what is given, `{2}` for the second of it. */
type Sentence = readonly [english: string, japanese: string];

/** What a parameter can be, and what a refused text is told besides. */
const rules: readonly Sentence[] = [
  ['an integer from {} to {}', '{}から{}までの整数'],
  ['a number from {} to {}', '{}から{}までの数'],
  ['one of {}', '{}のいずれか'],
  ['true or false', 'true か false'],
  ['text of at most {} characters', '{}文字以内の文字列'],
  ['a picture of {} × {}', '{}×{}の画像'],
];
const endings: readonly Sentence[] = [
  ['the nearest valid value is {}.', '最も近い値は{}です。'],
  ['its default is {}.', '既定値は{}です。'],
];

const sentences: readonly Sentence[] = [
  ...rules.flatMap(([rule, ruleJa]) =>
    endings.map(([ending, endingJa]): Sentence => [
      `{} must be ${rule}, got '{}'; ${ending}`,
      `{} には${ruleJa}を指定します（指定：「{}」）。${endingJa}`,
    ]),
  ),
  ["There is no variant '{}'.", '設定例「{}」はありません。'],
  ["The preset must be quick or full, got '{}'.", '規模は quick か full です（指定：「{}」）。'],
  [
    "The seed must be a whole number up to {}, got '{}'.",
    'シードは{}までの整数です（指定：「{}」）。',
  ],
  ["The backend must be one of {}, got '{}'.", '実行先は{}のいずれかです（指定：「{}」）。'],
  ["The mode must be one of {}, got '{}'.", 'モードは{}のいずれかです（指定：「{}」）。'],
  ["There can be {} to {} threads, got '{}'.", 'スレッド数は{}〜{}です（指定：「{}」）。'],

  ["'{}' is none of the words: {}", '「{}」は知らない単語です。使える単語：{}'],
  ["'{}' has an utterance without words", '「{}」に単語のない発話があります'],
  [
    "moves are numbers with spaces between them, such as 5 1 9, got '{}'",
    '手は 5 1 9 のように空白で区切った数です（指定：「{}」）',
  ],
  ['the game is over before your move {}', '{}手目の前に勝負がついています'],
  ['your move {} is not to be had: free are {}', '{}には打てません。空いているのは{}です'],
  [
    'demo run: there are classes {} to {}, and {} for all, got {}.',
    'クラスは{}〜{}、すべてなら{}です（指定：{}）。',
  ],
  [
    "'{}' ends within a phrase: (not (very good))",
    '「{}」は句の途中で終わっています：(not (very good))',
  ],
  [
    "'{}' has a phrase that is no pair: (very (not bad))",
    '「{}」に二つ組でない句があります：(very (not bad))',
  ],
  [
    "'{}' has '{}', which is none of the words {}",
    '「{}」の「{}」は知らない単語です。使える単語：{}',
  ],
  [
    "'{}' goes on after a whole phrase: put pairs into brackets",
    '「{}」は一つの句で終わっていません。二つずつ括弧で囲んでください',
  ],
  ['letters must be some of {}, got {}', '文字は{}から選びます（指定：{}）'],
  [
    "pulled must be arms from {} to {} such as '{}', got '{}'.",
    '引く腕は「{3}」のように{1}〜{2}で書きます（指定：「{4}」）。',
  ],
  ['--number must be at most {}, got {}.', '番号は{}までです（指定：{}）。'],
  ['--drawing must be at most {}, got {}.', '絵の番号は{}までです（指定：{}）。'],
  [
    "--{} must be a shape such as {}, {}, got '{}'.",
    '{} には {}, {} のような形状を指定します（指定：「{}」）。',
  ],
  ['hidden must be a multiple of 4, got {}', 'hidden は4の倍数にします（指定：{}）'],
  [
    "keys must be u, r, d and l, got '{}' in '{}'",
    'キーは u・r・d・l です（「{2}」に「{1}」があります）',
  ],
  [
    'one cannot stand on row {}, column {}: there is {}',
    '{}行{}列には立てません。そこにあるのは{}です',
  ],
  [
    "plan must be letters n, c and v such as 'cnvn', got '{}'.",
    '計画は cnvn のように n・c・v で書きます（指定：「{}」）。',
  ],
  [
    "rewards must be numbers such as '{}', got '{}'.",
    '報酬は「{}」のような数の並びです（指定：「{}」）。',
  ],
  ['the sentence has no words', '文に単語がありません'],
  ['there must be a word to go on from', '続きを始める単語を一つ以上入れてください'],
  [
    "the sentence has '{}', which is none of the words that were learned",
    '文中の「{}」は学習した単語ではありません',
  ],
  [
    "the text has '{}', which is none of its words: {}",
    '文中の「{}」は知らない単語です。使える単語：{}',
  ],
];

/** Names with something of the data in them, which may have Japanese of its own. */
const phrases: readonly Sentence[] = [
  ['how probable: {}', 'もっともらしさ：{}'],
  ['nearest to {}', '{} に最も近い単語'],
  ['what {} says it was', '{}の答え'],
  ['what {} says {} steps later', '{2}ステップ後の{1}の答え'],
  ['what the {} is taken for', '{} が何に見えたか'],
  ['against {}', '{}に対して'],
  ['after {} of it', '{}進んだところ'],
  ['picture {}: {}', '画像{}：{}'],
  ['{}: found', '{}：検出結果'],
];

/** Tells a text in Japanese, if it knows it. */
type Tell = (text: string) => string | undefined;

/** Finds a text among such, and puts what stands between its pieces into the other's. */
function matcher(all: readonly Sentence[], inner: (given: string) => string): Tell {
  const patterns = all.map(([english, japanese]) => {
    const pieces = english
      .split('{}')
      .map((piece) => piece.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
    return { pattern: new RegExp(`^${pieces.join('([^]*?)')}$`), japanese };
  });
  return (text: string): string | undefined => {
    for (const { pattern, japanese } of patterns) {
      const found = pattern.exec(text);
      if (found === null) continue;
      let at = 0;
      return japanese.replaceAll(/\{(\d?)\}/g, (_, n: string) =>
        inner(found[n === '' ? ++at : Number(n)]!),
      );
    }
    return undefined;
  };
}

/** An error's sentence in Japanese, if it is one of these. */
export const sentenceOf: Tell = matcher(sentences, (given) => given);

/** Such a name in Japanese; `tell` knows what may stand in it. */
export const phraseOf = (tell: Tell): Tell => matcher(phrases, (given) => tell(given) ?? given);
