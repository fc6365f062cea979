import type { ScalarType } from '../../ir/types.ts'
import { FunctionBuilder } from './assembler.ts'
import { type Choice, LANES, type Stepping, steppingOf } from './choose.ts'
import type { Form } from './form.ts'
import { joinable, pairsWell, readsApart } from './join.ts'
import { memorySize, type Nest, type Source, usedLoads } from './nest.ts'
import type { ValueType } from './opcodes.ts'
import { stepOf } from './step.ts'
import { type Tracked, Tracker } from './tracker.ts'
import type { Width } from './width.ts'

/** Where in a tile: how far each variable is from the tile's origin, by its number; what is not named is 0. */
export type Place = Readonly<Record<number, number>>

/** A load while code is written. @property bias  bytes by which the tracked address is ahead, so that no offset in a tile is negative */
export type TrackedLoad = {
  readonly source: Source
  readonly address: Tracked
  readonly bias: number
  readonly guards: readonly Tracked[]
  readonly stepping: Stepping
}

/** Parameters of every function: tiles of the outermost loop from, up to; address of the output; then one address an operand. */
export const BEGIN = 0
export const END = 1
const OUTPUT = 2

/** What the parts of the generator share while they write one function. */
export class Context {
  readonly nest: Nest
  readonly choice: Choice
  readonly code: FunctionBuilder
  readonly tracker: Tracker
  /** Four lanes at a time? */
  readonly wide: boolean
  /** What the engine may make of it. */
  readonly width: Width
  /** Are vectors stored in halves, so that the engine joins none? */
  readonly halves: boolean
  readonly loads = new Map<number, TrackedLoad>()
  readonly vars: readonly Tracked[]
  readonly store: { readonly address: Tracked; readonly bias: number }
  /** Operands in the order of the parameters. */
  readonly operands: readonly number[]
  readonly #constants = new Map<string, number>()

  constructor(nest: Nest, choice: Choice, width: Width) {
    this.nest = nest
    this.choice = choice
    this.wide = choice.lane >= 0
    this.width = width
    this.halves = width === 8 && this.wide && !(joinable(nest, choice.lane) && pairsWell(nest, choice) && readsApart(nest, choice))
    const used = [...usedLoads(nest)].sort((a, b) => a - b)
    this.operands = [...new Set(used.map((load) => nest.loads[load]!.operand))]
    this.code = new FunctionBuilder(OUTPUT + 1 + this.operands.length)
    this.tracker = new Tracker(this.code)
    for (const number of used) {
      const source = nest.loads[number]!
      const parameter = OUTPUT + 1 + this.operands.indexOf(source.operand)
      const guards = source.guards.map(({ form }) => this.tracker.track(form, null))
      const stepping = steppingOf(nest, source, choice.lane)
      this.loads.set(number, {
        source,
        guards,
        stepping,
        ...this.#address(source.address, memorySize(source.type), parameter, source.panel),
      })
    }
    this.vars = nest.vars.map((form) => this.tracker.track(form, null))
    this.store = this.#address(nest.store, memorySize(nest.storeType), OUTPUT, 0)
  }

  /** Type of a value of this scalar type in the function. */
  valueType(type: ScalarType): ValueType {
    return this.wide ? 'v128' : type
  }

  /** How much a form grows from one lane to the next. */
  laneStep({ terms }: { readonly terms: readonly number[] }): number {
    return this.wide ? terms[this.choice.lane]! : 0
  }

  /** Pushes a vector that is made once a call: some engines spell a vector constant out anew at each use, but for zero. */
  vector(lanes: readonly number[]): void {
    if (this.width === 4 && lanes.every((bits) => bits === 0)) {
      this.code.vector(lanes)
      return
    }
    const key = lanes.join(' ')
    let local = this.#constants.get(key)
    if (local === undefined) {
      const made = this.code.local('v128')
      this.code.atStart(() => {
        this.code.vector(lanes)
        this.code.set(made)
      })
      this.#constants.set(key, made)
      local = made
    }
    this.code.get(local)
  }

  splat(bits: number): void {
    this.vector([bits, bits, bits, bits])
  }

  /** Offsets in a tile may be negative, immediate offsets of WebAssembly may not: the address starts at the tile's least element. */
  #address(form: Form, size: number, parameter: number, panel: number): { readonly address: Tracked; readonly bias: number } {
    const { lane, unroll, row, rows } = this.choice
    const back = (variable: number, most: number): number => (variable < 0 ? 0 : Math.max(0, -form.terms[variable]! * most))
    const inner = this.nest.extents.length - 1
    const reach = inner >= this.nest.outputs ? back(inner, stepOf(this.nest, this.choice) - 1) : 0
    const bias = size * (back(lane, unroll * LANES - 1) + back(row, rows - 1) + reach)
    const start = size * form.constant - bias
    let root = parameter
    if (start !== 0) {
      const moved = this.code.local('i32')
      this.code.atStart(() => {
        this.code.get(parameter)
        this.code.int(start)
        this.code.op('i32.add')
        this.code.set(moved)
      })
      root = moved
    }
    const terms = form.terms.map((term) => size * term)
    return { address: this.tracker.track({ constant: 0, terms }, root, size * panel), bias }
  }
}

/** How far a form moves between a tile's origin and a place in it. */
export const offsetAt = ({ terms }: { readonly terms: readonly number[] }, place: Place): number =>
  Object.entries(place).reduce((sum, [variable, by]) => sum + terms[Number(variable)]! * by, 0)
