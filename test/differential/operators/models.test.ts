import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import type { Port } from '@opine/models/ir/types.ts'
import { type CompileOptions, compile } from '@opine/models/lower/compile.ts'
import { packTensor } from '@opine/models/onnx/encode.ts'
import { expect } from 'chai'
import { difference, randomNumbers, runCompiled, runOnnxRuntime } from '../../support/run-onnx.ts'
import { sharedFile } from '../../support/shared.ts'

type Model = {
  readonly path: readonly [string, string]
  readonly options?: CompileOptions
  readonly kernels: number
  /** From a number between -1 and 1. */
  readonly value: (random: number) => number
}

const RATE = { bind: { sr: packTensor({ name: 'sr', type: 'i64', shape: [], data: [16_000n] }) } }
const positive = (random: number): number => Math.fround(5 + 5 * random)
const SAMPLE = { value: (random: number): number => Math.fround(0.1 * random), options: { ...RATE, dims: { batch: 1, sequence: 576 } } }

const MODELS: Readonly<Record<string, Model>> = {
  'an LSTM over characters': {
    path: ['tract-lstm', 'model.onnx'],
    options: { dims: { batch: 1, length: 3 } },
    kernels: 27,
    value: (random) => Math.floor(40 + 40 * random),
  },
  'a voice detector with branches': { path: ['silero-vad', 'silero_vad_16k_op15.onnx'], ...SAMPLE, kernels: 15 },
  'a voice detector without an LSTM operator': { path: ['silero-vad', 'silero_vad_op18_ifless.onnx'], ...SAMPLE, kernels: 18 },
  'boosted trees': {
    path: ['tract-trees', 'xgboost_classifier_tree.onnx'],
    options: { dims: { 'input.0': 4 } },
    kernels: 15,
    value: positive,
  },
  'boosted trees as tensors': {
    path: ['tract-trees', 'lgbm_classifier_tensor.onnx'],
    options: { dims: { batch: 1 } },
    kernels: 33,
    value: positive,
  },
  'a linear classifier': {
    path: ['tract-trees', 'linear_classifier.onnx'],
    options: { dims: { 'input.0': 3 } },
    kernels: 8,
    value: positive,
  },
  'a transformer over 64 tokens': {
    path: ['stories260k', 'stories260k_T64_derived.onnx'],
    kernels: 136,
    value: (random) => Math.floor(256 + 255 * random),
  },
}

const fill = ({ shape }: Port, value: Model['value'], seed: number): number[] =>
  randomNumbers(
    shape.reduce((count, extent) => count * extent, 1),
    seed,
  ).map(value)

describe('recurrent, tree and transformer models in use agree with ONNX Runtime', () => {
  for (const [name, { path, options = {}, kernels, value }] of Object.entries(MODELS)) {
    const shared = sharedFile('models', ...path)
    it(name, { skip: shared.skip }, async () => {
      const file = readFileSync(shared.path)
      const { program, interface: ports } = compile(file, options)
      expect(program.kernels.length).to.equal(kernels)
      const inputs = ports.inputs.map((port, index) => fill(port, value, index + 1))
      const expected = await runOnnxRuntime(file, ports.inputs, inputs, options.bind)
      const actual = runCompiled(file, inputs, options)
      for (const [index, output] of expected.entries()) expect(difference(actual[index]!, output, 1e-4)).to.equal(null)
    })
  }
})
