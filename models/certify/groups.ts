import { bufferOf, type Program } from '../ir/types.ts'
import type { Subgraph } from './certificate.ts'
import { PROVIDER_CLASSES, type ProviderClass } from './classes.ts'

/** What is known of a kernel before it is put into a group. */
export type Judged = { readonly orderFree: boolean; readonly open: boolean; readonly classes: readonly ProviderClass[] }

/** @property region, subgraph  of each kernel, as in `KernelVerdict` */
export type Groups = {
  readonly regions: readonly number[]
  readonly subgraph: readonly (number | null)[]
  readonly subgraphs: readonly Subgraph[]
}

/**
 * Joins order-free kernels to linear regions and to sub-graphs. Kernels of a sub-graph are of one stage: a kernel's stage is the number of
 * times that a way to it leads from an order-free kernel to a refused one, so that no way leaves a sub-graph and comes back.
 */
export function groupsOf(program: Program, judged: readonly Judged[]): Groups {
  const first = bufferOf(program, 0)
  const operands = program.kernels.map(({ loads }) => [...new Set(loads.map(({ buffer }) => buffer - first))])
  const stages: number[] = []
  for (const [kernel, { orderFree }] of judged.entries()) {
    const before = operands[kernel]!.filter((operand) => operand >= 0)
    const reached = before.map((operand) => stages[operand]! + (judged[operand]!.orderFree && !orderFree ? 1 : 0))
    stages.push(Math.max(0, ...reached))
  }
  const graphs = new Union(judged.length)
  const regions = new Union(judged.length)
  for (const [kernel, { orderFree }] of judged.entries()) {
    for (const operand of operands[kernel]!) {
      if (operand < 0 || !orderFree || !judged[operand]!.orderFree || stages[operand] !== stages[kernel]) continue
      graphs.join(kernel, operand)
      if (judged[operand]!.open) regions.join(kernel, operand)
    }
  }
  const heads = judged.flatMap(({ orderFree }, kernel) => (orderFree && graphs.find(kernel) === kernel ? [kernel] : []))
  heads.sort((a, b) => stages[a]! - stages[b]! || a - b)
  const subgraphs = heads.map((head): Subgraph => {
    const kernels = judged.flatMap(({ orderFree }, kernel) => (orderFree && graphs.find(kernel) === head ? [kernel] : []))
    const read = new Set(kernels.flatMap((kernel) => operands[kernel]!).filter((operand) => !kernels.includes(operand)))
    const inputs = [...read].map((operand) => operand + first).filter((buffer) => buffer < program.inputs.length || buffer >= first)
    const classes = PROVIDER_CLASSES.filter((name) => kernels.every((kernel) => judged[kernel]!.classes.includes(name)))
    return { stage: stages[head]!, kernels, inputs: inputs.sort((a, b) => a - b), classes }
  })
  return {
    regions: judged.map((_, kernel) => regions.find(kernel)),
    subgraph: judged.map(({ orderFree }, kernel) => (orderFree ? heads.indexOf(graphs.find(kernel)) : null)),
    subgraphs,
  }
}

/** Disjoint sets of kernels, each named by its least one. */
class Union {
  readonly #parents: number[]

  constructor(size: number) {
    this.#parents = Array.from({ length: size }, (_, index) => index)
  }

  find(index: number): number {
    let root = index
    while (this.#parents[root] !== root) root = this.#parents[root]!
    this.#parents[index] = root
    return root
  }

  join(a: number, b: number): void {
    const [x, y] = [this.find(a), this.find(b)]
    this.#parents[Math.max(x, y)] = Math.min(x, y)
  }
}
