import type { Tensor } from '@kasane/tensor-core';
import { given, testOp, type Sample } from '@kasane/testing';
import * as special from './special.ts';

const skip = { on: 'gpu', why: 'it is computed on the host, in float64' } as const;

/** One row: the op, values for each of its inputs, and what mpmath says of them. */
type Row = readonly [
  name: string,
  call: (...x: Tensor[]) => Tensor,
  inputs: readonly (readonly number[])[],
  expected: readonly number[],
  more?: Partial<Sample>,
];

/** Derivatives with respect to parameters have themselves no derivative. */
const first = { secondGradient: false } as const;

const rows: readonly Row[] = [
  [
    'lgamma',
    special.lgamma,
    [[0.3, 1.4, 7]],
    [1.0957979948180756, -0.1196129141723713, 6.579251212010101],
  ],
  [
    'digamma',
    special.digamma,
    [[0.3, 1, 3.7, 50]],
    [-3.502524222200133, -0.5772156649015329, 1.1671535393615113, 3.901989673427892],
  ],
  [
    'polygamma',
    (x) => special.polygamma(2, x),
    [[0.5, 3, 40]],
    [-16.82879664423432, -0.15411380631918858, -0.0006408202718352986],
  ],
  [
    'logBeta',
    special.logBeta,
    [
      [0.5, 2, 30],
      [1.5, 40, 0.2],
    ],
    [0.4515827052894549, -7.402451520818244, 0.8464998212038055],
  ],
  [
    'digammaDifference',
    special.digammaDifference,
    [
      [0.5, 2, 30],
      [1.5, 40, 0.2],
    ],
    [2.386294361119891, 3.302933282838815, 0.006756140056037331],
  ],
  [
    'ndtr',
    special.ndtr,
    [[-5, -1.2, 0, 0.8]],
    [2.866515718791939e-7, 0.11506967022170828, 0.5, 0.7881446014166034],
  ],
  [
    'logNdtr',
    special.logNdtr,
    [[-20, -1.2, 0, 3]],
    [-203.91715537109727, -2.1622175060437394, -Math.LN2, -0.0013508099647481938],
  ],
  [
    'normalHazard',
    special.normalHazard,
    [[-20, -1.2, 0, 3]],
    [20.04975306852785, 1.6875520248651856, 0.7978845608028654, 0.004437839042125664],
  ],
  [
    'ndtri',
    special.ndtri,
    [[0.01, 0.3, 0.9]],
    [-2.326347874040841, -0.5244005127080408, 1.2815515655446006],
  ],
  [
    'logNormalMass',
    special.normalMass,
    [
      [-1, 6, 0.5, -3],
      [2, 9, 0.6, -1],
    ],
    [-0.2001662943244626, -20.7367689500891, -3.373064226942796, -1.8495664205476083],
  ],
  [
    'truncatedMean',
    special.normalMean,
    [
      [-1, 4, 0.5, -3],
      [2, 9, 0.6, -1],
    ],
    [0.22963717909132897, 4.225607144489453, 0.5495418425102317, -1.510049513243984],
  ],
  [
    'truncatedVariance',
    special.normalVariance,
    [
      [-1, 4, 0.5, -3],
      [2, 9, 0.6, -1],
    ],
    [0.5197625392115339, 0.046672838397337796, 0.0008329296820635765, 0.17345290492412205],
  ],
  [
    'truncatedNdtri',
    special.truncatedQuantile,
    [
      [0.3, 0.5, 0.9, 0.2],
      [-1, 4, 0.5, -3],
      [2, 9, 0.6, -1],
    ],
    [-0.24240381788922682, 4.16110427859788, 0.5897427650475645, -1.8409974088340215],
  ],
  [
    'logScaledBesselI0',
    special.logScaledBesselI0,
    [[0.1, 3, 50]],
    [-0.09750156076612376, -1.414692378186579, -2.8724244981281952],
  ],
  [
    'besselRatio',
    special.besselRatio,
    [[0.1, 3, 50]],
    [0.04993760398793892, 0.8099852939565045, 0.9899489673784978],
  ],
  [
    'vonMisesProbability',
    special.vonMisesProbability,
    [
      [0.5, 3],
      [-1, 0.4],
    ],
    [0.2715226591251793, 0.7425921161411388],
    first,
  ],
  [
    'lowerGamma',
    special.lowerGamma,
    [
      [0.3, 2, 9],
      [0.1, 3, 8],
    ],
    [0.5459128495917965, 0.8008517265285442, 0.4074526585624086],
    first,
  ],
  [
    'upperGamma',
    special.upperGamma,
    [
      [0.3, 2, 9],
      [0.1, 3, 8],
    ],
    [0.4540871504082035, 0.19914827347145578, 0.5925473414375914],
    first,
  ],
  [
    'incompleteBeta',
    special.incompleteBeta,
    [
      [0.5, 2, 9],
      [1.5, 3, 4],
      [0.1, 0.4, 0.8],
    ],
    [0.39581869640940787, 0.5248, 0.7945689497600001],
    first,
  ],
  [
    'gammaLogDensity',
    special.gammaLogDensity,
    [
      [0.3, 2, 90],
      [0.1, 3, 80],
    ],
    [0.4160115702777564, -1.9013877113318902, -3.652459463903598],
  ],
  [
    'betaLogDensity',
    special.betaLogDensity,
    [
      [0.5, 2, 90],
      [1.5, 3, 40],
      [0.1, 0.4, 0.7],
    ],
    [0.6470295833786548, 0.5469646703818639, 2.2816913017980864],
  ],
];

for (const [name, call, inputs, expected, more] of rows) {
  testOp(name, {
    skip,
    samples: [
      {
        name: 'known values',
        inputs: inputs.map((list) => given(list)),
        call,
        expected,
        tolerance: { rtol: 2e-4, atol: 1e-6 },
        ...more,
      },
    ],
  });
}
