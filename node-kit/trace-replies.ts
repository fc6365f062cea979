import type { Served } from '@opine/dispute-game/game/served.ts'
import { toHex } from '@opine/dispute-game/merkle/hex.ts'
import type { Answer, Question } from './trace-messages.ts'

/** An answer, whatever the number of its question. */
export type Reply<T = Answer> = T extends unknown ? Omit<T, 'id'> : never

/** A question for some of a trace. */
export type Asked = Exclude<Question, { kind: 'hello' }>

/** Answers a question out of what is served, where a walk would come to it; oaths with their signatures. */
export async function replyFrom(served: Served, question: Asked): Promise<Reply> {
  switch (question.kind) {
    case 'traceNodes':
      return { kind: 'nodes', nodes: (await served.traceNodes(question.position))!.map(toHex) }
    case 'tensorNodes':
      return { kind: 'nodes', nodes: (await served.tensorNodes(question.kernel, question.position))!.map(toHex) }
    case 'interior': {
      const { content, signature } = (await served.interior(question.kernel))!
      return { kind: 'interior', roots: content.map(toHex), signature: toHex(signature!) }
    }
    case 'totals': {
      const { content, signature } = (await served.totals(question.kernel, question.element))!
      return { kind: 'totals', totals: content, signature: toHex(signature!) }
    }
  }
}
