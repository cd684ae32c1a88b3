import { computed } from '@preact/signals';
import { language } from '../language/language.ts';

/** The words of data of one's own. */
const en = {
  data: 'Data',
  declared: 'Of the exercise',
  own: { points: 'Your own points', flowers: 'Your own table', text: 'Your own text', folder: 'The original files' },
  private: 'They stay in this tab: nothing is sent anywhere, and a link does not have them.',
  labels: {
    points: 'Points, one in a line: x,d',
    flowers: 'Flowers, one in a line: sepal length, sepal width, petal length, petal width, species',
    text: 'A text of at least 100 words',
  },
  plane: 'Click to put a point, and on a point to take it away.',
  planeName: (count: number): string => `Plane with ${count === 1 ? '1 point' : `${count} points`}`,
  file: 'Open a file',
  folder: 'Choose the folder',
  files: 'Choose files',
  clear: 'Clear',
  needs: (what: string): string => `It takes ${what}.`,
  chosen: (count: number): string => (count === 1 ? '1 file.' : `${count} files.`),
  missing: 'There is no data of yours yet: draw, type or choose it. A link says that a run was on own data, and does not have it.',
  large: 'This file is too large to be shown; it is taken as it is.',
  isOwn: 'own data',
  appliesNot: 'of the default data',
  someApplyNot: (count: number): string => `${count === 1 ? '1 speaks' : `${count} speak`} of the default data and ${count === 1 ? 'does' : 'do'} not apply.`,
  linkWithout: 'Copied. The link says that the data was yours, and does not have it.',
  picture: 'Open a picture',
  swap: 'Swap black and white',
  noPicture: 'The browser cannot read this file as a picture.',
}; // prettier-ignore

const ja: typeof en = {
  data: 'データ',
  declared: '演習のデータ',
  own: { points: '自分の点', flowers: '自分の表', text: '自分の文章', folder: '元のファイル' },
  private: 'データはこのタブの外に出ません。どこにも送られず、リンクにも含まれません。',
  labels: {
    points: '点（1行に1つ：x,d）',
    flowers: '花（1行に1つ：がくの長さ、がくの幅、花弁の長さ、花弁の幅、種）',
    text: '100語以上の文章',
  },
  plane: 'クリックで点を置き、点をクリックすると消えます。',
  planeName: (count) => `${count}個の点がある平面`,
  file: 'ファイルを開く',
  folder: 'フォルダを選ぶ',
  files: 'ファイルを選ぶ',
  clear: '消す',
  needs: (what) => `必要なもの：${what}`,
  chosen: (count) => `${count}個のファイル`,
  missing: '自分のデータがまだありません。描くか、入力するか、選んでください。リンクは自分のデータで実行したことだけを示し、データは含みません。',
  large: 'ファイルが大きいため表示しませんが、そのまま使われます。',
  isOwn: '自分のデータ',
  appliesNot: '標準データの項目',
  someApplyNot: (count) => `${count}項目は標準データについてのもので、当てはまりません。`,
  linkWithout: 'コピーしました。リンクは自分のデータだったことだけを示し、データは含みません。',
  picture: '画像を開く',
  swap: '白黒を反転',
  noPicture: 'ブラウザはこのファイルを画像として読めません。',
}; // prettier-ignore

export const ownWords = computed(() => ({ en, ja })[language.value]);
