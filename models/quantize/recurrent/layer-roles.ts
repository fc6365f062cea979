import type { Roles } from './cells.ts'
import type { Layer } from './layer.ts'
import { LEAST_RANGE, type Part, type Role } from './roles.ts'

/**
 * What one direction of a layer gives its cells.
 * @property label   before the names of all tensors: `LABEL.STEP.NAME`
 * @property inputs  the products with the input of all steps
 * @property given   the initial states h and c; null for zeros
 * @property bias    greatest magnitude of the biases that are added after a gated product
 */
export type Direction = {
  readonly label: string
  readonly inputs: string
  readonly given: readonly (string | null)[]
  readonly bias: number
}

const SUMS: Readonly<Record<string, readonly string[]>> = { RNN: ['state.sum'], GRU: ['zr.sum', 'n.sum'], LSTM: ['gates.sum'] }

/** What is added to a sum is at least so fine a part of the sum's range that its own weight there is 1 or more. */
const ADDEND_SHARE = 0.015625
/** Terms whose ranges are at most so far apart are added in the finer one's units without leaving 2^24. */
const APART = 0.25

/**
 * The roles of the tensors of a direction. All steps have the same, so that they have the same weights and tables; what is added up has ranges
 * that are not too far apart for one exact sum.
 */
export function rolesOf({ node, steps }: Layer, { label, inputs, given, bias }: Direction): Roles & { readonly input: Role } {
  const each = (...names: readonly string[]): string[] =>
    names.flatMap((name) => Array.from({ length: steps }, (_, step) => `${label}.${step}.${name}`))
  const part = (members: readonly (string | null)[], share = 1, bounded = false): Part => ({
    members: members.filter((name) => name !== null),
    ...{ share, least: LEAST_RANGE, bounded },
  })
  const signed = (...parts: readonly Part[]): Role => ({ kind: 'signed', parts })
  const sums = each(...SUMS[node.op]!)
  const cells = [...each('c'), given[1] ?? null]
  const product = signed(part([inputs, ...each('n.product')]), part(sums, ADDEND_SHARE), {
    ...part([], APART),
    least: Math.max(LEAST_RANGE, bias),
  })
  return {
    ...{ product, input: product, sum: { kind: 'sum', members: sums, alone: steps === 1 } },
    cell: signed(part(cells), part(each('g'), APART, true)),
    candidate: signed(part(each('g'), 1, true), part(cells, APART)),
    seen: signed(part(each('seen'), 1, true)),
    state: signed(part([...each('h', ...(node.op === 'GRU' ? ['n'] : [])), given[0] ?? null], 1, true)),
  }
}
