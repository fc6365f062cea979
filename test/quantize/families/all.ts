import { generator, normalized, tinyYolo, uNet } from './dense-pictures.ts'
import { channelsLast, convNext, deepLab, oldSet, pyramid, superResolution, upsampling } from './further-pictures.ts'
import { gpt2, sentence, swin, waveNet } from './further-sequences.ts'
import type { Net } from './net.ts'
import { dynamicOperators, integerOperators, qdqBlock, qdqResNet, trainedInPairs } from './pairs.ts'
import { denseNet, efficientNet, mobileNet, resNet, shuffleNet, squeezeExcite } from './pictures.ts'
import { mlp, tabular, tails } from './plain.ts'
import { bert, biLstm, gru, llama, tcn, vit } from './sequences.ts'

/**
 * A kind of network that people bring.
 * @property whole     whether all of its kernels are certified once it is quantised
 * @property decibels  what its outputs have at least
 */
export type Family = { readonly name: string; readonly net: () => Net; readonly whole: boolean; readonly decibels: number }

export const FAMILIES: readonly Family[] = [
  { name: 'MobileNetV2', net: mobileNet, whole: true, decibels: 20 },
  { name: 'ResNet', net: resNet, whole: true, decibels: 20 },
  { name: 'squeeze-and-excite, HardSwish', net: squeezeExcite, whole: true, decibels: 20 },
  { name: 'EfficientNet', net: efficientNet, whole: true, decibels: 20 },
  { name: 'DenseNet', net: denseNet, whole: true, decibels: 20 },
  { name: 'ShuffleNet', net: shuffleNet, whole: true, decibels: 20 },
  { name: 'U-Net', net: uNet, whole: true, decibels: 20 },
  { name: 'generator, ConvTranspose', net: generator, whole: true, decibels: 20 },
  { name: 'tiny YOLO', net: tinyYolo, whole: true, decibels: 20 },
  { name: 'InstanceNorm, GroupNorm', net: normalized, whole: true, decibels: 20 },
  { name: 'ViT', net: vit, whole: true, decibels: 20 },
  { name: 'BERT', net: bert, whole: true, decibels: 20 },
  { name: 'LLaMA', net: llama, whole: true, decibels: 20 },
  { name: 'BiLSTM', net: biLstm, whole: true, decibels: 20 },
  { name: 'GRU', net: gru, whole: true, decibels: 20 },
  { name: 'TCN', net: tcn, whole: true, decibels: 20 },
  { name: 'MLP, Gemm forms', net: mlp, whole: true, decibels: 20 },
  { name: 'tabular', net: tabular, whole: true, decibels: 20 },
  { name: 'tails', net: tails, whole: true, decibels: 20 },
  { name: 'QDQ ResNet', net: qdqResNet, whole: true, decibels: 20 },
  { name: 'QDQ transformer', net: qdqBlock, whole: true, decibels: 20 },
  { name: 'QDQ from training', net: trainedInPairs, whole: true, decibels: 20 },
  { name: 'QLinearConv', net: integerOperators, whole: true, decibels: 20 },
  { name: 'ConvInteger, dynamic', net: dynamicOperators, whole: true, decibels: 20 },
  { name: 'operator set 7', net: oldSet, whole: true, decibels: 20 },
  { name: 'operator set 9, Upsample', net: upsampling, whole: true, decibels: 20 },
  { name: 'ConvNeXt', net: convNext, whole: true, decibels: 20 },
  { name: 'feature pyramid', net: pyramid, whole: true, decibels: 20 },
  { name: 'DeepLab', net: deepLab, whole: true, decibels: 20 },
  { name: 'channels last', net: channelsLast, whole: true, decibels: 20 },
  { name: 'super-resolution', net: superResolution, whole: true, decibels: 20 },
  { name: 'GPT-2', net: gpt2, whole: true, decibels: 20 },
  { name: 'sentence vectors', net: sentence, whole: true, decibels: 20 },
  { name: 'WaveNet', net: waveNet, whole: true, decibels: 20 },
  { name: 'Swin', net: swin, whole: true, decibels: 20 },
]
