import { generator, normalized, tinyYolo, uNet } from './dense-pictures.ts'
import { channelsLast, convNext, deepLab, oldSet, pyramid, superResolution, upsampling } from './further-pictures.ts'
import { gpt2, sentence, swin, waveNet } from './further-sequences.ts'
import { deepAndWide, mobileViT, speech, yolo5 } from './mixed.ts'
import type { Net } from './net.ts'
import { dynamicOperators, integerOperators, qdqBlock, qdqResNet, trainedInPairs } from './pairs.ts'
import { denseNet, efficientNet, mobileNet, resNet, shuffleNet, squeezeExcite } from './pictures.ts'
import { mlp, tabular, tails } from './plain.ts'
import { bert, biLstm, gru, llama, tcn, vit } from './sequences.ts'

/** A kind of network that people bring. */
export type Family = { readonly name: string; readonly net: () => Net }

export const FAMILIES: readonly Family[] = [
  { name: 'MobileNetV2', net: mobileNet },
  { name: 'ResNet', net: resNet },
  { name: 'squeeze-and-excite, HardSwish', net: squeezeExcite },
  { name: 'EfficientNet', net: efficientNet },
  { name: 'DenseNet', net: denseNet },
  { name: 'ShuffleNet', net: shuffleNet },
  { name: 'U-Net', net: uNet },
  { name: 'generator, ConvTranspose', net: generator },
  { name: 'tiny YOLO', net: tinyYolo },
  { name: 'InstanceNorm, GroupNorm', net: normalized },
  { name: 'ViT', net: vit },
  { name: 'BERT', net: bert },
  { name: 'LLaMA', net: llama },
  { name: 'BiLSTM', net: biLstm },
  { name: 'GRU', net: gru },
  { name: 'TCN', net: tcn },
  { name: 'MLP, Gemm forms', net: mlp },
  { name: 'tabular', net: tabular },
  { name: 'tails', net: tails },
  { name: 'QDQ ResNet', net: qdqResNet },
  { name: 'QDQ transformer', net: qdqBlock },
  { name: 'QDQ from training', net: trainedInPairs },
  { name: 'QLinearConv', net: integerOperators },
  { name: 'ConvInteger, dynamic', net: dynamicOperators },
  { name: 'operator set 7', net: oldSet },
  { name: 'operator set 9, Upsample', net: upsampling },
  { name: 'ConvNeXt', net: convNext },
  { name: 'feature pyramid', net: pyramid },
  { name: 'DeepLab', net: deepLab },
  { name: 'channels last', net: channelsLast },
  { name: 'super-resolution', net: superResolution },
  { name: 'GPT-2', net: gpt2 },
  { name: 'sentence vectors', net: sentence },
  { name: 'WaveNet', net: waveNet },
  { name: 'Swin', net: swin },
  { name: 'MobileViT', net: mobileViT },
  { name: 'YOLOv5', net: yolo5 },
  { name: 'deep and wide', net: deepAndWide },
  { name: 'speech', net: speech },
]
