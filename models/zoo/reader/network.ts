import { logistic } from '../training/activation.ts'
import { descend, type FitOptions, type Progress } from '../training/fit.ts'
import { binaryCrossEntropy } from '../training/loss.ts'
import { type Parameter, parameter, uniform } from '../training/parameter.ts'
import { type Random, xorshift } from '../training/random.ts'
import { BRACKETS, type Example, LENGTH, tokensOf } from './brackets.ts'
import { createGru, type Gru } from './gru.ts'

/** What the committed model is trained with. */
export const FIT: FitOptions = { epochs: 8, batch: 32, rate: 0.004, decay: 0, seed: 271_828 }

/** Width of a bracket's embedding, and of the state. */
const WIDTH = 8
const HIDDEN = 32
/** Brackets, and the 0 before a short string. */
const VOCABULARY = BRACKETS.length + 1

/** `embedding` `[7, 8]`; `weight` `[1, 32]` and `bias` `[1]` take the last state to a logit. */
export type Reader = {
  readonly embedding: Parameter
  readonly gru: Gru
  readonly weight: Parameter
  readonly bias: Parameter
  readonly parameters: readonly Parameter[]
}

/** @param most the greatest batch that `chances` and `learn` will take */
export function createReader(random: Random, most: number): Reader {
  const embedding = parameter([VOCABULARY, WIDTH], uniform(random, 1))
  const gru = createGru(random, LENGTH, most, WIDTH, HIDDEN)
  const weight = parameter([1, HIDDEN], uniform(random, 1 / Math.sqrt(HIDDEN)))
  const bias = parameter([1])
  return { embedding, gru, weight, bias, parameters: [embedding, ...gru.parameters, weight, bias] }
}

/** The probability that each text balances. */
export const chances = (reader: Reader, texts: readonly string[]): number[] => read(reader, texts.map(tokensOf)).chances

function read({ embedding, gru, weight, bias }: Reader, texts: readonly (readonly number[])[]) {
  const batch = texts.length
  const input = new Float32Array(LENGTH * batch * WIDTH)
  for (const [row, tokens] of texts.entries())
    for (const [t, token] of tokens.entries())
      input.set(embedding.value.subarray(token * WIDTH, (token + 1) * WIDTH), (t * batch + row) * WIDTH)
  const state = gru.forward(input, batch)
  const logits = texts.map((_, row) => {
    let sum = bias.value[0]!
    for (let i = 0; i < HIDDEN; i++) sum += weight.value[i]! * state[row * HIDDEN + i]!
    return sum
  })
  return { state, chances: logits.map(logistic) }
}

/** Adds the gradient of the sum of cross entropies, times `scale`, to the parameters' gradients; returns the sum in nats. */
export function learn(reader: Reader, examples: readonly Example[], scale: number): number {
  const { embedding, gru, weight, bias } = reader
  const texts = examples.map(({ text }) => tokensOf(text))
  const { state, chances } = read(reader, texts)
  const stateGradient = new Float32Array(state.length)
  let loss = 0
  for (const [row, { balanced }] of examples.entries()) {
    const label = balanced ? 1 : 0
    const g = (chances[row]! - label) * scale
    loss += binaryCrossEntropy(chances[row]!, label)
    bias.gradient[0]! += g
    for (let i = 0; i < HIDDEN; i++) {
      weight.gradient[i]! += g * state[row * HIDDEN + i]!
      stateGradient[row * HIDDEN + i] = g * weight.value[i]!
    }
  }
  const input = gru.backward(stateGradient)
  for (const [row, tokens] of texts.entries())
    for (const [t, token] of tokens.entries())
      for (let i = 0; i < WIDTH; i++) embedding.gradient[token * WIDTH + i]! += input[(t * texts.length + row) * WIDTH + i]!
  return loss
}

/** Trains a fresh reader. Deterministic: the same examples and options give the same bits on every machine. */
export function fit(examples: readonly Example[], options: FitOptions, progress?: Progress): Reader {
  const random = xorshift(options.seed)
  const reader = createReader(random, options.batch)
  descend(
    random,
    reader.parameters,
    examples.length,
    options,
    (batch, scale) =>
      learn(
        reader,
        batch.map((index) => examples[index]!),
        scale,
      ),
    progress,
  )
  return reader
}
