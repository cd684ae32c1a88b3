import * as nn from '@kasane/nn';
import { testHeld } from '@kasane/testing';

testHeld(nn, {
  BatchNorm1d: (o) => new nn.BatchNorm1d(3, o),
  Bilinear: (o) => new nn.Bilinear(2, 3, 4, o),
  // More than 4,096 elements: whole memories change hands instead of values.
  Embedding: (o) => new nn.Embedding(100, 64, { paddingIdx: -1, ...o }),
  GroupNorm: (o) => new nn.GroupNorm(2, 4, o),
  LayerNorm: (o) => new nn.LayerNorm([2, 3], o),
  Linear: (o) => new nn.Linear(128, 64, o),
  PReLU: (o) => new nn.PReLU(3, o),
  RMSNorm: (o) => new nn.RMSNorm(3, o),
  ModuleList: (o) => new nn.ModuleList([new nn.Linear(2, 2, o), new nn.Linear(2, 1, o)]),
  ParameterList: (o) => new nn.ParameterList([nn.newParameter([3], 1, o)]),
  ModuleDict: (o) => new nn.ModuleDict({ a: new nn.Linear(2, 2, o), b: new nn.Linear(2, 1, o) }),
  ParameterDict: (o) => new nn.ParameterDict({ a: nn.newParameter([3], 1, o) }),
});
