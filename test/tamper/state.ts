import { type GameView, PHASES, type Side } from '@opine/dispute-game/game/types.ts'
import { fromHex } from '@opine/dispute-game/merkle/hex.ts'
import { blockCount, type Program } from '@opine/models/ir/types.ts'
import type { LogDescription } from 'ethers'
import { STATUS } from '../support/player.ts'

/** All that a party needs to know of a game, from its events alone. */
export class GameLog {
  readonly #program: Program
  readonly nodes = new Map<string, Uint8Array[]>()
  readonly interiors = new Map<number, Uint8Array[]>()
  totals: number[] = []
  view: GameView
  turn: Side = 'ASSERTER'
  status: number = STATUS.IN_PROGRESS
  /** Name of the event by which the game was won, `timeout` if by none. */
  ending = 'timeout'

  constructor(program: Program, traceRoot: Uint8Array) {
    this.#program = program
    this.view = { phase: 'TRACE', kernel: 0, element: 0, position: 1, node: traceRoot }
  }

  static keyOf = ({ phase, kernel, position }: GameView): string => `${phase}:${phase === 'TRACE' ? 0 : kernel}:${position}`

  /** Takes the events of one transaction in. */
  take(events: readonly LogDescription[]): void {
    for (const { name, args } of events) this.#takeOne(name, args)
  }

  #takeOne(name: string, args: LogDescription['args']): void {
    switch (name) {
      case 'NodeRevealed':
        this.nodes.set(GameLog.keyOf(this.view), hexList(args.nodes))
        this.turn = 'CHALLENGER'
        break
      case 'InteriorSworn':
        this.interiors.set(Number(args.first), hexList(args.roots))
        this.turn = 'CHALLENGER'
        break
      case 'TotalsSworn':
        this.totals = Array.from(args.totals as Iterable<bigint>, Number)
        this.turn = 'CHALLENGER'
        break
      case 'Descended':
        this.view = {
          ...this.view,
          phase: PHASES[Number(args.phase)]!,
          kernel: Number(args.kernel),
          position: Number(args.position),
          node: fromHex(args.node),
        }
        this.turn = this.#nothingToPost() ? 'CHALLENGER' : 'ASSERTER'
        break
      case 'LaneChosen':
        this.view = { ...this.view, phase: 'LANE', kernel: Number(args.kernel), element: Number(args.element), node: fromHex(args.word) }
        this.turn = this.#nothingToPost() ? 'CHALLENGER' : 'ASSERTER'
        break
      case 'StepProved':
      case 'PaddingProved':
      case 'InvalidKernelProved':
        this.ending = name
        break
      case 'GameResolved':
        this.status = Number(args.status)
        break
    }
  }

  /** SPEC section 7: an element of one block needs no totals, and an interior of one word was sworn as that word. */
  #nothingToPost(): boolean {
    const { phase, kernel } = this.view
    const { shape, storeType } = this.#program.kernels[kernel]!
    if (phase === 'LANE') return blockCount(this.#program.kernels[kernel]!) <= 1
    const bytes = shape.reduce((count, extent) => count * extent, storeType === 'i8' || storeType === 'u8' ? 1 : 4)
    return phase === 'TENSOR' && !this.#program.places[kernel]!.committed && bytes <= 32
  }
}

const hexList = (list: Iterable<string>): Uint8Array[] => Array.from(list, (hex) => fromHex(hex))
