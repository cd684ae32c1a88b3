import { computed } from '@preact/signals';
import { language } from '../language/language.ts';

/** The words of where exercises and programs run. */
const en = {
  lacks: {
    policy: 'makes functions of texts, which the content policy of this page forbids.',
    canvas: 'this browser gives threads no canvas (OffscreenCanvas).',
    webgl2: 'this browser has no WebGL 2, or has switched it off for this graphics card.',
    floats: 'the WebGL 2 of this browser cannot write floats (EXT_color_buffer_float).',
    webgpu: 'this browser has no WebGPU.',
    insecure: 'WebGPU needs a page over https, or one of this machine.',
    adapter: 'this browser has WebGPU, but no adapter for this graphics card.',
  },
  isolation: {
    insecure: 'More threads need a page over https, or one of this machine: only such a page is isolated.',
    private: 'More threads need an isolated page. The server of this one does not send the headers, and in a private window no service worker can.',
    reload: 'More threads need an isolated page. It will be one when it is loaded anew.',
  },
  lacking: (name: string, why: string): string => `${name}: ${why}`,
  counted: 'Steps in a second; the floating-point operations of some of these steps, counted, times steps in a second; what tensors hold.',
  lost: 'The browser has taken the graphics device away, and what was trained was on it. Run it again: it gets another device.',
}; // prettier-ignore

const ja: typeof en = {
  lacks: {
    policy: '文字列から関数を作るため、このページのコンテンツポリシーでは使えません。',
    canvas: 'このブラウザはスレッドでキャンバス（OffscreenCanvas）を使えません。',
    webgl2: 'このブラウザにWebGL 2がないか、このグラフィックスカードでは無効です。',
    floats: 'このブラウザのWebGL 2は浮動小数点数を書き込めません（EXT_color_buffer_float）。',
    webgpu: 'このブラウザにはWebGPUがありません。',
    insecure: 'WebGPUには、httpsのページかこのマシンのページが必要です。',
    adapter: 'WebGPUはありますが、このグラフィックスカードに使えるアダプタがありません。',
  },
  isolation: {
    insecure: '複数スレッドには、httpsのページかこのマシンのページが必要です（分離されるのはそれだけです）。',
    private: '複数スレッドには分離されたページが必要です。このサーバーはヘッダーを送らず、プライベートウィンドウではサービスワーカーも補えません。',
    reload: '複数スレッドには分離されたページが必要です。再読み込みすると分離されます。',
  },
  lacking: (name, why) => `${name}：${why}`,
  counted: '毎秒のステップ数、一部のステップで数えた浮動小数点演算の数×毎秒のステップ数、テンソルの大きさ。',
  lost: 'ブラウザがグラフィックスデバイスを取り上げ、学習中のものも失われました。もう一度実行すると、別のデバイスで始まります。',
}; // prettier-ignore

export const deviceWords = computed(() => ({ en, ja })[language.value]);
