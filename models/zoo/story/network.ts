import { type Parameter, parameter, uniform } from '../training/parameter.ts'
import type { Random } from '../training/random.ts'
import { attention } from './attention.ts'
import { geluRows, layerNorm, linear, type RowLayer } from './rows.ts'
import { VOCABULARY } from './vocabulary.ts'

/** Tokens that the model sees at once. */
export const CONTEXT = 48
export const WIDTH = 48
export const HEADS = 3
export const BLOCKS = 2
const INNER = 4 * WIDTH

/** Token and position embeddings, blocks of attention and a two-layer network, each behind a normalisation and added to what it sees. */
export type StoryModel = {
  /** In the order: embeddings `[vocabulary, width]` and `[context, width]`, those of each block's layers, of the last normalisation, of the head. */
  readonly parameters: readonly Parameter[]
  /** Logits `[tokens][vocabulary]` of the next token after each (own buffer). */
  forward(tokens: readonly number[]): Float32Array
  /** Adds to the parameters' gradients, given that of the logits. */
  backward(gradient: Float32Array): void
}

export function createStoryModel(random: Random): StoryModel {
  const words = parameter([VOCABULARY, WIDTH], uniform(random, 0.2))
  const places = parameter([CONTEXT, WIDTH], uniform(random, 0.2))
  const blocks = Array.from({ length: BLOCKS }, () => createBlock(random))
  const norm = layerNorm(CONTEXT, WIDTH)
  const head = linear(random, CONTEXT, WIDTH, VOCABULARY)
  const layers = [...blocks, norm, head]
  const embedded = new Float32Array(CONTEXT * WIDTH)
  let last: readonly number[] = []
  return {
    parameters: [words, places, ...layers.flatMap((layer) => layer.parameters)],

    forward(tokens) {
      last = tokens
      for (const [row, token] of tokens.entries())
        for (let i = 0; i < WIDTH; i++) embedded[row * WIDTH + i] = words.value[token * WIDTH + i]! + places.value[row * WIDTH + i]!
      return layers.reduce<Float32Array>((values, layer) => layer.forward(values, tokens.length), embedded)
    },

    backward(gradient) {
      const back = layers.reduceRight<Float32Array>((g, layer) => layer.backward(g), gradient)
      for (const [row, token] of last.entries())
        for (let i = 0; i < WIDTH; i++) {
          words.gradient[token * WIDTH + i]! += back[row * WIDTH + i]!
          places.gradient[row * WIDTH + i]! += back[row * WIDTH + i]!
        }
    },
  }
}

function createBlock(random: Random): RowLayer {
  // what the blocks add stays as large as what they see
  const gain = 1 / Math.sqrt(2 * BLOCKS)
  const look = residual([layerNorm(CONTEXT, WIDTH), attention(random, CONTEXT, WIDTH, HEADS, gain)])
  const think = residual([
    layerNorm(CONTEXT, WIDTH),
    linear(random, CONTEXT, WIDTH, INNER),
    geluRows(CONTEXT, INNER),
    linear(random, CONTEXT, INNER, WIDTH, gain),
  ])
  return {
    parameters: [...look.parameters, ...think.parameters],
    forward: (input, rows) => think.forward(look.forward(input, rows), rows),
    backward: (gradient) => look.backward(think.backward(gradient)),
  }
}

/** x + layers(x) */
function residual(layers: readonly RowLayer[]): RowLayer {
  const output = new Float32Array(CONTEXT * WIDTH)
  const inputGradient = new Float32Array(CONTEXT * WIDTH)
  const sum = (a: Float32Array, b: Float32Array, into: Float32Array): Float32Array => {
    for (let i = 0; i < into.length; i++) into[i] = a[i]! + b[i]!
    return into
  }
  return {
    parameters: layers.flatMap((layer) => layer.parameters),
    forward: (input, rows) =>
      sum(
        input,
        layers.reduce((values, layer) => layer.forward(values, rows), input),
        output,
      ),
    backward: (gradient) =>
      sum(
        gradient,
        layers.reduceRight<Float32Array>((g, layer) => layer.backward(g), gradient),
        inputGradient,
      ),
  }
}
