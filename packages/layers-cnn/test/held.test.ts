import * as cnn from '@kasane/layers-cnn';
import * as detection from '@kasane/layers-cnn/detection';
import * as models from '@kasane/layers-cnn/models';
import { testHeld } from '@kasane/testing';

const inception = { ch1x1: 2, ch3x3red: 2, ch3x3: 3, ch5x5red: 1, ch5x5: 2, poolProj: 1 };

testHeld(cnn, {
  AdaptiveAvgPool2d: () => new cnn.AdaptiveAvgPool2d(2),
  AdaptiveMaxPool2d: () => new cnn.AdaptiveMaxPool2d(2),
  AvgPool1d: () => new cnn.AvgPool1d(2),
  AvgPool2d: () => new cnn.AvgPool2d(2),
  BatchNorm2d: (o) => new cnn.BatchNorm2d(3, o),
  Conv1d: (o) => new cnn.Conv1d(2, 3, 3, o),
  // More than 4,096 elements: whole memories change hands instead of values.
  Conv2d: (o) => new cnn.Conv2d(32, 32, 3, o),
  Conv3d: (o) => new cnn.Conv3d(2, 3, 3, o),
  ConvEmbedding: (o) => new cnn.ConvEmbedding(1, { channels: [4, 4], ...o }),
  ConvTranspose1d: (o) => new cnn.ConvTranspose1d(2, 3, 3, o),
  ConvTranspose2d: (o) => new cnn.ConvTranspose2d(2, 3, 3, o),
  DepthwiseConv2d: (o) => new cnn.DepthwiseConv2d(2, 4, 3, o),
  Fold: () => new cnn.Fold([4, 5], 2),
  InstanceNorm2d: (o) => new cnn.InstanceNorm2d(3, { affine: true, ...o }),
  LocalResponseNorm: () => new cnn.LocalResponseNorm(3),
  MaxPool1d: () => new cnn.MaxPool1d(2),
  MaxPool2d: () => new cnn.MaxPool2d(2),
  PixelShuffle: () => new cnn.PixelShuffle(2),
  PrototypicalNetwork: (o) => new cnn.PrototypicalNetwork(new cnn.Conv2d(1, 2, 3, o)),
  SeparableConv2d: (o) => new cnn.SeparableConv2d(2, 3, 3, o),
  SiameseNetwork: (o) => new cnn.SiameseNetwork(new cnn.Conv2d(1, 2, 3, o), 4, o),
  Unfold: () => new cnn.Unfold(2),
  Upsample: () => new cnn.Upsample({ scaleFactor: 2 }),
});
testHeld(detection, {
  YOLO: (o) => new detection.YOLO(3, 1, 2, { channels: [4, 4], ...o }),
});
testHeld(models, {
  BasicBlock: (o) => new models.BasicBlock(4, 3, o),
  BasicConv2d: (o) => new models.BasicConv2d(3, 4, 3, o),
  BatchNormInception: (o) => new models.BatchNormInception(3, inception, o),
  Bottleneck: (o) => new models.Bottleneck(4, 2, o),
  GoogLeNet: null, // 13 million parameters of the blocks that have rows
  Inception: (o) => new models.Inception(3, inception, o),
  InceptionAux: (o) => new models.InceptionAux(5, 3, o),
  LeNet: (o) => new models.LeNet(o),
  NaiveInception: (o) => new models.NaiveInception(3, { ch1x1: 2, ch3x3: 3, ch5x5: 1 }, o),
  PreActivationBlock: (o) => new models.PreActivationBlock(4, 3, o),
  Residual: (o) => new models.Residual(new cnn.Conv2d(4, 4, 3, { padding: 1, ...o })),
  ResNet: (o) => new models.ResNet(models.BasicBlock, [1, 1, 1, 1], { width: 8, ...o }),
  VGGBlock: (o) => new models.VGGBlock(2, 3, 2, o),
});
