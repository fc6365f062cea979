import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { expect } from 'chai'
import { mixedNet } from './mixed-net.ts'
import { randomNet } from './random-net.ts'
import { type Certify, trySoundness } from './soundness.ts'

/* Mistakes of the kind that one makes in such an analysis, each put into its source: the property test must see every one of them. */

const MODELS = fileURLToPath(import.meta.resolve('@opine/models/certify/certify.ts')).replace(/certify[/\\]certify\.ts$/, '')
const SOURCE = join(MODELS, 'certify')
/** Networks that are tried, from the one that comes first in the list, before a mutant counts as unnoticed. */
const NETWORKS = 6000

type Edit = readonly [file: string, from: string, to: string]

const MUTANTS: readonly (readonly [what: string, first: number, ...edits: Edit[]])[] = [
  ['takes the double of the bound', 1070, ['watch.ts', 'if (size > EXACT) return', 'if (size > 2 * EXACT) return']],
  [
    'forgets a bias',
    840,
    ['linear.ts', 'positive: a.positive + b.positive', 'positive: b.literal ? a.positive : a.positive + b.positive'],
    ['linear.ts', 'negative: a.negative + b.negative', 'negative: b.literal ? a.negative : a.negative + b.negative'],
  ],
  [
    'forgets a residual',
    360,
    ['linear.ts', 'positive: a.positive + b.positive', 'positive: b.literal ? a.positive + b.positive : a.positive'],
    ['linear.ts', 'negative: a.negative + b.negative', 'negative: b.literal ? a.negative + b.negative : a.negative'],
  ],
  ['forgets the unit of what is added', 0, ['linear.ts', 'exponent: Math.min(a.exponent, b.exponent)', 'exponent: a.exponent']],
  [
    'forgets the units of the terms before',
    0,
    ['total.ts', 'this.#exponent = Math.min(this.#exponent, term.exponent)', 'this.#exponent = term.exponent'],
  ],
  [
    'cuts a region at the border of a kernel',
    940,
    ['examine.ts', "type === 'f32') return { ...value, literal: false }", "type === 'f32') return closed(value)"],
    ['examine.ts', 'import { ANY_INTEGER, atom, either,', 'import { ANY_INTEGER, atom, closed, either,'],
  ],
  [
    'lets weights of two signs cancel',
    420,
    ['total.ts', '#positive += term.positive', '#positive = Math.max(0, this.#positive + term.positive - term.negative)'],
    ['total.ts', '#negative += term.negative', '#negative = Math.max(0, this.#negative + term.negative - term.positive)'],
  ],
  ['counts a repeated term once', 1170, ['linear.ts', 'positive: a.positive * count', 'positive: a.positive']],
  ['takes operands of one bit more', 0, ['watch.ts', 'width <= operands.width', 'width <= 2 * operands.width']],
  [
    'takes operands of any width where they are no products',
    360,
    ['fold.ts', 'multiplies || plain.fault ? plain : timesOne(plain, type, watch)', 'plain'],
  ],
  ['forgets what a class takes for infinite', 410, ['watch.ts', ' && greatest <= operands.greatest', '']],
  ['forgets what a class flushes to zero', 980, ['watch.ts', ' && least >= power(operands.exponent)', '']],
  [
    'forgets scales that are folded into weights',
    980,
    ['product.ts', 'if (!scaled || products & 2) watch.factor', 'if (!scaled) watch.factor'],
  ],
  ['stores zeros of any sign', 0, ['examine.ts', "return value.minusZero ? fault('SIGN_OF_ZERO', 0) : null", 'return null']],
  ['forgets what is in the padding', 0, ['reach.ts', 'always ? element : this.#orFill(element)', 'element']],
  ['takes the first channel for all', 0, ['reach.ts', '% extent)\n  }\n  return group', '% 1)\n  }\n  return group']],
  [
    'looks a table up one place beside',
    0,
    ['reach.ts', 'value.least + least)', 'value.least + least + 1)'],
    ['reach.ts', 'value.greatest + greatest)', 'value.greatest + greatest + 1)'],
  ],
  ['looks at the first half of a run', 0, ['contents.ts', 'part < FAN', 'part < FAN / 2']],
  ['remembers a term by its first operand', 0, ['remember.ts', 'of reads) {', 'of reads.slice(0, 1)) {']],
  ['tells terms apart by their last operand', 0, ['walk.ts', 'kind = kind * own.count + own', 'kind = own']],
  ['takes every fold for one that stays in its buffers', 0, ['walk.ts', 'mayLeave(load, extents)', 'false']],
  ['takes what is read at one output for all', 0, ['walk.ts', '!moves(kernel.loads[number]!, outer)', 'true']],
  ['takes all operands of equal kernels for equal', 0, ['sources.ts', 'id: this.#next++', 'id: 0']],
  [
    'forgets that bytes wrap',
    0,
    ['examine.ts', 'if (value.least >= least && value.greatest <= greatest) return', 'if (value.least < Infinity) return'],
  ],
  ['takes integers for floats that they do not fit', 230, ['watch.ts', 'this.asFloat = []', 'this.asFloat = this.asFloat.slice()']],
  ['takes every factor for a power of two', 0, ['binary.ts', 'oddPart(value) === 1', 'oddPart(value) < 4']],
  [
    'rounds down where it should round up',
    0,
    ['float.ts', 'atom(round(a.least, 0), round(a.greatest, 0), 0,', 'atom(round(a.least, 0), Math.floor(a.greatest), 0,'],
  ],
]

/** Seen only where some kernels are refused and others start anew behind them. */
const MIXED_MUTANTS: typeof MUTANTS = [
  [
    'forgets that NaN is 0 as an integer',
    0,
    ['float.ts', 'a.nan ? [Math.min(0, least), Math.max(0, greatest)] : [least, greatest]', '[least, greatest]'],
  ],
  [
    'forgets that integers may have more bits than floats',
    0,
    ['float.ts', 'if (size > EXACT) return rounded', 'if (size < 0) return rounded'],
  ],
  ['takes inputs of refused kernels for granted', 0, ['certify.ts', 'loads.some(({ buffer }) => buffer === input)', 'loads.length === 0']],
  [
    'keeps the grid of what is rounded',
    0,
    ['linear.ts', 'atom(least, greatest, ANY_EXPONENT, { minusZero', 'atom(least, greatest, 0, { minusZero'],
  ],
]

describe('a wrong analysis is noticed: one that', () => {
  let folder: string
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'certify-'))
  })
  after(() => {
    rmSync(folder, { recursive: true })
  })

  /** The analysis with these texts replaced. */
  async function mutated(serial: number, edits: readonly Edit[]): Promise<Certify> {
    for (const name of readdirSync(SOURCE)) {
      let text = readFileSync(join(SOURCE, name), 'utf8')
      for (const [file, from, to] of edits) {
        if (file !== name) continue
        expect(text, `${file} has the text to replace`).to.contain(from)
        text = text.replaceAll(from, to)
      }
      const elsewhere = text
        .replaceAll(/from '\.\.\/([^']+)'/g, (_, path: string) => `from '${pathToFileURL(join(MODELS, path)).href}'`)
        .replaceAll(/from '(@opine\/[^']+)'/g, (_, path: string) => `from '${import.meta.resolve(path)}'`)
      writeFileSync(join(folder, `m${serial}-${name}`), elsewhere.replaceAll("from './", `from './m${serial}-`))
    }
    const { certifyProgram } = (await import(pathToFileURL(join(folder, `m${serial}-certify.ts`)).href)) as {
      readonly certifyProgram: Certify
    }
    return certifyProgram
  }

  for (const [serial, [what, first, ...edits]] of [...MUTANTS, ...MIXED_MUTANTS].entries()) {
    it(what, async () => {
      const { disagreement } = trySoundness(
        await mutated(serial, edits),
        first,
        first + NETWORKS,
        4,
        serial < MUTANTS.length ? randomNet : mixedNet,
      )
      expect(disagreement).to.be.a('string')
    })
  }

  it('is the right one, in another folder', async () => {
    expect(trySoundness(await mutated(MUTANTS.length + MIXED_MUTANTS.length, []), 0, 200, 4).disagreement).to.equal(null)
  })
})
