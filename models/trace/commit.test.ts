import { createHash } from 'node:crypto'
import { describe, it } from 'node:test'
import { concatBytes, equalBytes } from '@opine/dispute-game/merkle/bytes.ts'
import { toHex } from '@opine/dispute-game/merkle/hex.ts'
import { interiorTree } from '@opine/dispute-game/merkle/interior.ts'
import { branch, leafAt, rootFromBranch, rootOf, tensorTree } from '@opine/dispute-game/merkle/tree.ts'
import { expect } from 'chai'
import { execute } from '../exec/reference/execute.ts'
import { sampleImage, sampleNetwork } from '../exec/reference/sample.ts'
import { inputRoot, interiorList, outputBytes, splitInputs, traceTree } from './commit.ts'
import { bufferProof, programTree } from './program-tree.ts'
import { saltOf } from './salt.ts'
import { buildTrace, traceOfBuffers } from './trace.ts'

const H = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(createHash('sha256').update(Buffer.concat(parts)).digest())
const tag = (name: string): Uint8Array => H(Buffer.from(`opine.${name}.v1`))
const ZERO = new Uint8Array(32)

const net = sampleNetwork()
const inputs = [sampleImage(11)]
const trace = buildTrace(net, inputs, execute)
const context = {
  chainId: 31337n,
  oracle: '0x00000000000000000000000000000000000000Aa',
  requestId: `0x${'12'.repeat(32)}`,
  account: `0x${'bc'.repeat(20)}`,
}
const salt = saltOf(context)
const honest = rootOf(traceTree(trace, salt))

describe('salt', () => {
  it('hashes its words as SPEC says', () => {
    const words = [`${'00'.repeat(30)}7a69`, `${'00'.repeat(31)}aa`, '12'.repeat(32), `${'00'.repeat(12)}${'bc'.repeat(20)}`]
    expect(toHex(salt)).to.equal(toHex(H(tag('salt'), Buffer.from(words.join(''), 'hex'))))
  })
  it('differs with every part and refuses what is no address, id or chain', () => {
    const others = [{ chainId: 1n }, { oracle: context.account }, { requestId: `0x${'13'.repeat(32)}` }, { account: context.oracle }]
    const salts = others.map((other) => toHex(saltOf({ ...context, ...other })))
    expect(new Set([...salts, toHex(salt)]).size).to.equal(5)
    for (const bad of [{ oracle: '0x12' }, { requestId: '0x' }, { account: 'alice' }, { chainId: -1n }, { chainId: 1n << 256n }]) {
      expect(() => saltOf({ ...context, ...bad }))
        .to.throw()
        .with.property('code', 'HEX_MALFORMED')
    }
  })
})

describe('program tree', () => {
  const committed = programTree(net)
  it('proves every buffer, and no other meta or body', () => {
    const count = net.inputs.length + net.constants.length + net.kernels.length
    for (let buffer = 0; buffer < count; buffer++) {
      const { meta, body, siblings } = bufferProof(committed, buffer)
      expect(siblings.length).to.equal(4)
      expect(equalBytes(rootFromBranch(H(tag('buffer'), meta, body), buffer, siblings), committed.bufferRoot)).to.equal(true)
      expect(equalBytes(rootFromBranch(H(tag('buffer'), body, meta), buffer, siblings), committed.bufferRoot)).to.equal(false)
    }
    expect(equalBytes(leafAt(committed.tree, count), ZERO)).to.equal(true)
    expect(() => bufferProof(committed, count)).to.throw(`no buffer ${count}`)
  })
  it('takes the bodies of SPEC section 3', () => {
    expect(equalBytes(committed.bodies[0]!, ZERO)).to.equal(true)
    expect(equalBytes(committed.bodies[3]!, rootOf(tensorTree(net.constants[2]!.bytes)))).to.equal(true)
    expect(equalBytes(committed.root, H(tag('program'), H(committed.header), committed.bufferRoot))).to.equal(true)
  })
  it('has another root for another constant, place, output or kernel', () => {
    const bytes = net.constants[3]!.bytes.slice()
    bytes[0]! ^= 1
    const others = [
      { ...net, constants: [...net.constants.slice(0, 3), { ...net.constants[3]!, bytes }] },
      { ...net, places: net.places.map((place, k) => (k === 3 ? { ...place, committed: true } : place)) },
      { ...net, outputs: [5, 4] },
      { ...net, claims: [1] },
      { ...net, kernels: [...net.kernels.slice(0, 5), { ...net.kernels[5]!, storeType: 'i8' as const }] },
    ]
    const roots = others.map((other) => toHex(programTree(other).root))
    expect(new Set([...roots, toHex(committed.root)]).size).to.equal(6)
  })
})

describe('commitments to a trace', () => {
  it('salts committed kernels and leaves the rest zero', () => {
    const tree = traceTree(trace, salt)
    expect(tree.depth).to.equal(3)
    for (let leaf = 0; leaf < 8; leaf++) {
      const expected = net.places[leaf]?.committed ? H(salt, rootOf(tensorTree(trace.buffers[leaf]!))) : ZERO
      expect(toHex(leafAt(tree, leaf)), `leaf ${leaf}`).to.equal(toHex(expected))
    }
    expect(equalBytes(rootOf(traceTree(trace, saltOf({ ...context, chainId: 5n }))), rootOf(tree))).to.equal(false)
  })

  it('changes its root with any flipped bit of any committed buffer, and the interior root with any of an interior one', () => {
    net.kernels.forEach((_, kernel) => {
      const { committed, first, length } = net.places[kernel]!
      const commitment = (of: typeof trace): Uint8Array =>
        committed ? rootOf(traceTree(of, salt)) : rootOf(interiorTree(interiorList(of, first, length)))
      const before = commitment(trace)
      const { length: bytes } = trace.buffers[kernel]!
      for (let bit = kernel % 7; bit < 8 * bytes; bit += 1 + Math.floor(bytes / 5)) {
        const buffers = trace.buffers.map((buffer) => buffer.slice())
        buffers[kernel]![bit >> 3]! ^= 1 << (bit & 7)
        expect(equalBytes(commitment(traceOfBuffers(net, inputs, buffers)), before), `kernel ${kernel}, bit ${bit}`).to.equal(false)
      }
    })
  })

  it('lists interiors in place of their kernels', () => {
    const list = interiorList(trace, 3, 3)
    expect(list.map(toHex)).to.deep.equal([rootOf(trace.trees[3]!), ZERO, ZERO].map(toHex))
    const tree = interiorTree(list)
    expect(tree.depth).to.equal(2)
    expect(equalBytes(rootFromBranch(list[0]!, 0, branch(tree, 0)), rootOf(tree))).to.equal(true)
    for (const [first, length] of [
      [3, 2],
      [2, 3],
      [5, 3],
      [0, 0],
      [6, 1],
    ] as const) {
      expect(() => interiorList(trace, first, length))
        .to.throw('no segment')
        .with.property('code', 'SEGMENT')
    }
  })

  it('hashes inputs, cuts them from a request and joins outputs', () => {
    expect(toHex(inputRoot(net, inputs))).to.equal(toHex(H(tag('inputs'), rootOf(tensorTree(inputs[0]!)))))
    const two = {
      ...net,
      inputs: [
        { type: 'f16' as const, count: 3 },
        { type: 'i32' as const, count: 2 },
      ],
    }
    const parts = [Uint8Array.of(1, 2, 3, 4, 5, 6), Uint8Array.of(7, 8, 9, 10, 11, 12, 13, 14)]
    expect(splitInputs(two, concatBytes(...parts))).to.deep.equal(parts)
    expect(() => splitInputs(two, new Uint8Array(13))).to.throw('2 inputs take 14 bytes (6 + 8), got 13')
    expect(() => inputRoot(two, [parts[1]!, parts[0]!])).to.throw('input 0 must have 6 bytes')
    expect(outputBytes(trace)).to.deep.equal(concatBytes(trace.buffers[4]!, trace.buffers[5]!))
  })

  it('refuses buffers that are not the program’s', () => {
    expect(() => traceOfBuffers(net, inputs, trace.buffers.slice(1))).to.throw('5 buffers are given')
    const short = trace.buffers.map((buffer, k) => (k === 2 ? buffer.slice(1) : buffer))
    expect(() => traceOfBuffers(net, inputs, short)).to.throw('kernel 2 must have 256 bytes, got 255')
    expect(() => buildTrace(net, [], execute)).to.throw('takes 1 inputs')
  })

  it('is the same for the same bytes elsewhere in memory', () => {
    const shifted = trace.buffers.map((buffer) => {
      const room = new Uint8Array(buffer.length + 3)
      room.set(buffer, 3)
      return room.subarray(3)
    })
    expect(equalBytes(rootOf(traceTree(traceOfBuffers(net, inputs, shifted), salt)), honest)).to.equal(true)
  })
})
