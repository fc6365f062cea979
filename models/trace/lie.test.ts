import { describe, it } from 'node:test'
import { equalBytes } from '@opine/dispute-game/merkle/bytes.ts'
import { toHex } from '@opine/dispute-game/merkle/hex.ts'
import { leafAt, rootOf } from '@opine/dispute-game/merkle/tree.ts'
import { expect } from 'chai'
import { laneOf, readLane } from '../exec/reference/buffer.ts'

import { execute } from '../exec/reference/execute.ts'
import { axis, code, kernel, load, program, sampleImage, sampleNetwork } from '../exec/reference/sample.ts'
import { Random } from '../ir/random.ts'
import { randomInputs, randomProgram } from '../ir/random-program.ts'
import type { Program } from '../ir/types.ts'
import { outputBytes, traceTree } from './commit.ts'
import { falseTransitions } from './false-transitions.ts'
import { formatLie, parseLie } from './lie.ts'
import { randomLie } from './random-lie.ts'
import { tellLie } from './tell-lie.ts'
import { buildTrace, type Trace } from './trace.ts'

const net = sampleNetwork()
const honest = buildTrace(net, [sampleImage(21)], execute)
const salt = new Uint8Array(32).fill(7)
const honestRoot = rootOf(traceTree(honest, salt))
const lie = (text: string): Trace => tellLie(honest, parseLie(text)).trace

/** The false transitions as text: kernel, element, then the block or `result`. */
const falseOf = (trace: Trace): string[] =>
  falseTransitions(trace).map(({ kernel: k, element, evaluation, block }) => {
    const where = `${k}:${element}`
    return evaluation === 'ELEMENT' ? where : `${where}:${evaluation === 'BLOCK' ? block : 'result'}`
  })

describe('lies', () => {
  it('are none in an honest trace', () => {
    expect(falseOf(honest)).to.deep.equal([])
  })

  it('downstream are one false transition, and change what follows', () => {
    const deep = lie('1:100:downstream:0x40000000')
    expect(falseOf(deep)).to.deep.equal(['1:100'])
    expect(equalBytes(deep.buffers[5]!, honest.buffers[5]!) && equalBytes(outputBytes(deep), outputBytes(honest))).to.equal(false)
    expect(falseOf(lie('3:4:downstream:0x800000'))).to.deep.equal(['3:4:result'])
    expect(falseOf(lie('5:0:downstream'))).to.deep.equal(['5:0'])
  })

  it('alone leave all other buffers as they were', () => {
    const alone = lie('2:9:alone:0x40000000')
    expect(falseOf(alone)[0]).to.equal('2:9')
    expect(falseOf(alone).length).to.be.greaterThan(1)
    for (const k of [0, 1, 3, 4, 5]) expect(equalBytes(alone.buffers[k]!, honest.buffers[k]!)).to.equal(true)
    expect(readLane('f32', alone.buffers[2]!, 9) ^ readLane('f32', honest.buffers[2]!, 9)).to.equal(0x40000000)
  })

  it('in a running total are one false block, whatever the block', () => {
    for (let block = 0; block < 4; block++) {
      const trace = lie(`total:3:6:${block}:0x40000000`)
      expect(falseOf(trace)).to.deep.equal([`3:6:${block}`])
      expect([...trace.totals(3, 5)]).to.deep.equal([...honest.totals(3, 5)])
      expect([...trace.totals(3, 6)].slice(0, block)).to.deep.equal([...honest.totals(3, 6)].slice(0, block))
    }
  })

  it('in padding are false nowhere else', () => {
    const small = program(
      [{ type: 'f32', count: 9 }],
      [],
      [0, 1].map((buffer) => kernel({ shape: [9], loads: [load(buffer, [axis(9, 1, 0, [0, 1])])], result: code('load 0') })),
    )
    const truth = buildTrace(small, [new Uint8Array(36).fill(5)], execute)
    const padded = tellLie(truth, parseLie('padding:0:27')).trace
    expect(falseOf(padded)).to.deep.equal([])
    expect(leafAt(padded.trees[0]!, 1)[31]).to.equal(1)
    expect(equalBytes(rootOf(padded.trees[0]!), rootOf(truth.trees[0]!))).to.equal(false)
    expect(() => tellLie(truth, parseLie('padding:0:28'))).to.throw('28 bytes of padding')
    expect(() => tellLie(truth, parseLie('padding:1'))).to.throw('is an output')
  })

  it('in a leaf that must be zero show in that leaf alone', () => {
    for (const index of [0, 3, 7]) {
      const tree = traceTree(lie(`leaf:${index}`), salt)
      const differing = Array.from({ length: 8 }, (_, i) => i).filter(
        (i) => !equalBytes(leafAt(tree, i), leafAt(traceTree(honest, salt), i)),
      )
      expect(differing).to.deep.equal([index])
    }
    expect(() => lie('leaf:1')).to.throw('need not be zero')
    expect(() => lie('leaf:8')).to.throw('need not be zero')
  })

  it('drawn at random change what is committed and are as false as they say', () => {
    const kinds = new Set<string>()
    for (let seed = 0; seed < 40; seed++) {
      const told = tellLie(honest, parseLie(`random:${seed}`))
      kinds.add(told.lie.kind)
      expect(equalBytes(rootOf(traceTree(told.trace, salt)), honestRoot), formatLie(told.lie)).to.equal(false)
      const count = falseOf(told.trace).length
      if (told.lie.kind === 'leaf' || told.lie.kind === 'padding') expect(count).to.equal(0)
      else if (told.lie.kind === 'element' && told.lie.mode === 'alone') expect(count).to.be.greaterThan(0)
      else expect(count, formatLie(told.lie)).to.equal(1)
      expect(toHex(rootOf(traceTree(lie(formatLie(told.lie)), salt)))).to.equal(toHex(rootOf(traceTree(told.trace, salt))))
    }
    expect([...kinds].sort()).to.deep.equal(['element', 'leaf', 'total'])
  })

  it('of random programs are as false as they say', () => {
    const kinds = new Set<string>()
    for (let seed = 0; seed < 100; seed++) {
      const random = new Random(seed)
      const any = randomProgram(random)
      const truth = buildTrace(any, randomInputs(random, any), execute)
      expect(falseOf(truth), `program ${seed}`).to.deep.equal([])
      const told = tellLie(truth, { kind: 'random', seed: `${seed}` })
      kinds.add(told.lie.kind)
      const count = falseOf(told.trace).length
      const shown = `program ${seed}, ${formatLie(told.lie)}`
      if (told.lie.kind === 'leaf' || told.lie.kind === 'padding') expect(count, shown).to.equal(0)
      else if (told.lie.kind === 'element' && told.lie.mode === 'alone') expect(count, shown).to.be.greaterThan(0)
      else expect(count, shown).to.equal(1)
    }
    expect([...kinds].sort()).to.deep.equal(['element', 'leaf', 'padding', 'total'])
  })

  it('of an interior lie in an interior', () => {
    for (let seed = 0; seed < 12; seed++) {
      const told = tellLie(honest, { kind: 'interior', seed: `${seed}` })
      if (told.lie.kind !== 'element') throw new Error(`not an element: ${told.lie.kind}`)
      expect(net.places[told.lie.kernel]!.committed).to.equal(false)
      expect(falseOf(told.trace).length).to.equal(1)
      expect(equalBytes(rootOf(traceTree(told.trace, salt)), honestRoot)).to.equal(false)
    }
    const plain: Program = { ...net, places: net.places.map((_, first) => ({ committed: true, first, length: 1 })) }
    expect(() => randomLie(plain, '1', 'interior'))
      .to.throw('no interior')
      .with.property('code', 'LIE_IMPOSSIBLE')
  })

  it('that change nothing committed are refused', () => {
    expect(() => lie('3:0:alone'))
      .to.throw('changes nothing')
      .with.property('code', 'LIE_WITHOUT_EFFECT')
    expect(() => lie('5:0:alone:0x100')).to.throw('changes nothing')
    expect(laneOf('u8', 0x100)).to.equal(0)
  })

  it('are refused where the program has no such place', () => {
    for (const bad of [
      '6:0:alone',
      '5:1:downstream',
      'total:6:0:0',
      'total:4:0:0',
      'total:2:0:0',
      'total:3:10:0',
      'total:3:0:4',
      'padding:6',
    ]) {
      expect(() => lie(bad), bad)
        .to.throw('cannot be told')
        .with.property('code', 'LIE_IMPOSSIBLE')
    }
  })

  it('are written and read', () => {
    for (const text of [
      '1:2:alone:0x1',
      '1:2:downstream:0xffffffff',
      'total:3:4:5:0x80',
      'padding:1:0',
      'leaf:9',
      'interior:a b',
      'random:1:2',
    ]) {
      expect(formatLie(parseLie(text))).to.equal(text)
    }
    expect(parseLie('12:0x10:downstream')).to.deep.equal({ kind: 'element', kernel: 12, element: 16, mode: 'downstream', xor: 1 })
    expect(parseLie('total:1:2:3')).to.deep.equal({ kind: 'total', kernel: 1, element: 2, block: 3, xor: 1 })
    expect(parseLie('padding:1')).to.deep.equal({ kind: 'padding', kernel: 1, byte: 0 })
    const bad = [
      '',
      ':',
      '1',
      '1:2',
      '1:2:both',
      '1:2:alone:0',
      '1:2:alone:x',
      '1:2:alone:1:1',
      '1:-2:alone',
      '1:2.5:alone',
      'leaf',
      'leaf:',
      'leaf:1:2',
      'padding',
      'padding:1:x',
      'padding:1:2:3',
      'total:1:2',
      'total:1:2:3:0',
      'total:1:2:3:4:5',
      'random',
      'random:',
      '1:4294967296:alone',
    ]
    for (const text of bad)
      expect(() => parseLie(text), text)
        .to.throw('is no lie')
        .with.property('code', 'LIE_MALFORMED')
  })
})
