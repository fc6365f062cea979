import { before, describe, it } from 'node:test'
import { execute } from '@opine/models/exec/wasm/execute.ts'
import type { Program } from '@opine/models/ir/types.ts'
import { compile } from '@opine/models/lower/compile.ts'
import { encodeModel, type TensorSource } from '@opine/models/onnx/encode.ts'
import { parseLie } from '@opine/models/trace/lie.ts'
import { tellLie } from '@opine/models/trace/tell-lie.ts'
import { buildTrace } from '@opine/models/trace/trace.ts'
import { expect } from 'chai'
import { Arena, ETHER } from '../support/arena.ts'
import { play, STATUS } from '../support/player.ts'

const [CONSUMER, LIAR, CHALLENGER] = [1, 2, 3] as const

/** At a digested interior, in its digest (an element, a running total of its fold), behind both, and wherever chance wants. */
const LIES = [
  '0:70001:downstream:0x400000',
  '1:9:alone',
  '1:9:downstream:0x1',
  'total:1:200:3:0x400000',
  '2:5:downstream:0x800000',
  'random:1',
  'random:2',
]

const weights = (name: string, ...shape: number[]): TensorSource => {
  const data = Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, index) => ((index * 37) % 101) / 101 - 0.5)
  return { name, type: 'f32', shape, data }
}

/** A convolution whose buffer takes a megabyte, and the mean over its places. */
function wide(): Program {
  const pads = { pads: { ints: [1, 1, 1, 1] } }
  const nodes = [
    { op: 'Conv', name: 'c', inputs: ['image', 'w'], outputs: ['c'], attributes: pads },
    { op: 'Relu', name: 'r', inputs: ['c'], outputs: ['r'], attributes: {} },
    { op: 'GlobalAveragePool', name: 'g', inputs: ['r'], outputs: ['means'], attributes: {} },
  ]
  const ports = {
    inputs: [{ name: 'image', type: 'f32', shape: [1, 1, 64, 64] }],
    outputs: [{ name: 'means', type: 'f32', shape: [1, 64, 1, 1] }],
  } as const
  return compile(encodeModel({ name: 'wide', ...ports, nodes, initializers: [weights('w', 64, 1, 3, 3)] })).program
}

const image = (seed: number): Uint8Array =>
  new Uint8Array(Float32Array.from({ length: 4096 }, (_, at) => (((at + 1) * seed * 31) % 257) / 128 - 1).buffer)

describe('a lie about a program whose claims are digests, on the real contracts', () => {
  const program = wide()
  let arena: Arena
  before(async () => {
    arena = await Arena.create(program)
    await arena.stake(LIAR, 100n * ETHER)
  })

  it('finds an interior of a megabyte that is committed by its digest alone', () => {
    expect(program.places.map(({ committed }) => committed)).to.deep.equal([false, true, true])
    expect(program.claims).to.deep.equal([1])
  })

  for (const [index, text] of LIES.entries()) {
    it(`falls: ${text}`, async (test) => {
      const asked = await arena.ask(CONSUMER, image(100 + index))
      const truth = buildTrace(program, [asked.input], execute)
      const assertion = await arena.assert(LIAR, asked, tellLie(truth, parseLie(text)).trace)
      const gameId = await arena.open(CHALLENGER, assertion, arena.ownRoot(CHALLENGER, asked.requestId, truth))
      const played = await play(arena, gameId, assertion, truth, { asserter: LIAR, challenger: CHALLENGER })
      expect(played.status).to.equal(STATUS.CHALLENGER_WINS)
      test.diagnostic(`${played.moves.map(({ kind, gas }) => `${kind} ${gas}`).join(', ')}`)
    })
  }
})
