import type { Outcome } from './case.ts'
import type { Entry } from './entry.ts'

export type Judged = { readonly entry: Entry; readonly outcome: Outcome }

type Counts = { readonly passed: number; readonly failed: number; readonly unsupported: number }

/** Counts of the cases that an operator occurs in; `reasons` for those that are refused, each once. */
export type OperatorTally = { readonly operator: string } & Counts & { readonly reasons: readonly string[] }

export type Failure = {
  readonly suite: string
  readonly test: string
  readonly operators: readonly string[]
  readonly difference: number | null
  readonly reason: string
}

/** What a suite says of a compiler; a case of several operators counts for each of them. */
export type Tally = Counts & { readonly operators: readonly OperatorTally[]; readonly failures: readonly Failure[] }

export function tally(cases: readonly Judged[]): Tally {
  const names = [...new Set(cases.flatMap(({ entry }) => entry.ops))].sort()
  return {
    ...count(cases),
    operators: names.map((operator) => {
      const own = cases.filter(({ entry }) => entry.ops.includes(operator))
      const reasons = own.flatMap(({ outcome }) => (outcome.status === 'unsupported' ? [`${outcome.operator}: ${outcome.reason}`] : []))
      return { operator, ...count(own), reasons: [...new Set(reasons)] }
    }),
    failures: cases.flatMap(({ entry, outcome }) =>
      outcome.status === 'failed'
        ? [{ suite: entry.suite, test: entry.test, operators: entry.ops, difference: outcome.difference, reason: outcome.reason }]
        : [],
    ),
  }
}

function count(cases: readonly Judged[]): Counts {
  const of = (status: Outcome['status']): number => cases.filter(({ outcome }) => outcome.status === status).length
  return { passed: of('passed'), failed: of('failed'), unsupported: of('unsupported') }
}
