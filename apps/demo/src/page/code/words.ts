import { computed } from '@preact/signals';
import { language } from '../language/language.ts';

/** The words of what is written and run in the page. */
const en = {
  playground: 'Playground',
  lead: 'Write TypeScript, run it here: every @kasane package can be imported, and nothing leaves your computer. The link has the program.',
  editor: 'Program',
  editorHelp: 'Ctrl-Enter runs it. Tab indents; Escape, then Tab, leaves the editor.',
  run: 'Run',
  stop: 'Stop',
  examples: 'Open an example',
  copyLink: 'Copy the link',
  copied: 'Copied.',
  output: 'Output',
  nothingYet: 'What the program prints stands here. A line that ends in // => shows its value.',
  omitted: 'It said more than 5,000 things; the rest is not shown.',
  line: (line: number): string => `line ${line}`,
  status: {
    idle: '',
    running: 'Running …',
    done: (seconds: string): string => `Done in ${seconds} s.`,
    failed: 'It failed.',
    stopped: 'Stopped.',
  },
  brokenLink: 'The program of this link cannot be read; the link may have been shortened.',
  code: 'The code',
  edit: 'Edit and run',
  original: 'Back to the original',
  runEdited: 'Run this version',
  editedHelp: 'This version of the exercise runs on the right, with everything that belongs to it.',
  wholeFile: 'Whole file',
  lessonOnly: 'The lesson alone',
  file: 'File',
};

const ja: typeof en = {
  playground: 'プレイグラウンド',
  lead: 'TypeScript を書いて、そのまま実行できます。@kasane の全パッケージを import でき、データは外に出ません。プログラムはリンクに含まれます。',
  editor: 'プログラム',
  editorHelp: 'Ctrl-Enter で実行。Tab は字下げ、Escape のあと Tab でエディタを離れます。',
  run: '実行',
  stop: '停止',
  examples: '例を開く',
  copyLink: 'リンクをコピー',
  copied: 'コピーしました。',
  output: '出力',
  nothingYet: 'プログラムの出力がここに出ます。// => で終わる行はその値を表示します。',
  omitted: '出力が 5,000 件を超えたため、残りは表示しません。',
  line: (line: number): string => `${line} 行目`,
  status: {
    idle: '',
    running: '実行中…',
    done: (seconds: string): string => `${seconds} 秒で終わりました。`,
    failed: '失敗しました。',
    stopped: '停止しました。',
  },
  brokenLink: 'このリンクのプログラムは読めません。リンクが途中で切れているようです。',
  code: 'コード',
  edit: '編集して実行',
  original: '元に戻す',
  runEdited: 'この版を実行',
  editedHelp: 'この版の演習が右側で、図表や問いかけもそのままに動きます。',
  wholeFile: 'ファイル全体',
  lessonOnly: '要点だけ',
  file: 'ファイル',
};

export const codeWords = computed(() => ({ en, ja })[language.value]);
