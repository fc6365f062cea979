import { errorFields, type Fields, type Log } from './log.ts'
import { formatRevert, revertOf } from './revert.ts'

/** After the n-th failure in a row a task rests `2^n` times this, milliseconds; never longer than the second number. */
const REST = [250, 30_000] as const

/** For these the sender has raised one alarm for all deeds; each is tried again soon, so that it goes on when it can. */
const ALARMED = ['FUNDS_LOW', 'FEE_CAP_REACHED']

/** How often in a row a read may fail because the chain changed while it was read; reads of a chain that stands still do not. */
const MOVES = 6

type State = { running: boolean; failures: number; restUntil: number; last: string; doneAt: string; refused?: boolean }

/**
 * Work by key: what runs already is not begun again, what failed rests a while. The failure of one task does not touch the others. What is only
 * waiting for something throws `NOT_YET`.
 */
export class Tasks {
  readonly #log: Log
  readonly #states = new Map<string, State>()
  readonly #running = new Set<Promise<void>>()
  #fatal: unknown

  constructor(log: Log) {
    this.#log = log
  }

  /**
   * Begins `work` unless this key is at work, at rest, or was done at this state of the world already.
   * @param stamp  changes with everything that the work depends on: the hash of the latest block
   * @throws what a task found that no later attempt can mend
   */
  run(key: string, stamp: string, work: () => Promise<void>): void {
    if (this.#fatal) throw this.#fatal
    const state = this.#states.get(key) ?? { running: false, failures: 0, restUntil: 0, last: '', doneAt: '' }
    if (state.running || state.doneAt === stamp || performance.now() < state.restUntil) return
    this.#states.set(key, state)
    state.running = true
    const promise: Promise<void> = work()
      .then(
        () => Object.assign(state, { failures: 0, restUntil: 0, last: '', doneAt: stamp, refused: false }),
        (error: unknown) => this.#failed(key, state, error),
      )
      .then(() => {
        state.running = false
        this.#running.delete(promise)
      })
    this.#running.add(promise)
  }

  /** Resolves when nothing runs. */
  async drain(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled([...this.#running])
  }

  #failed(key: string, state: State, error: unknown): void {
    const code = isMoved(error) && state.failures < MOVES ? 'CHAIN_MOVED' : String(errorFields(error).code)
    if (code === 'STOPPED') return
    if (code.startsWith('STORE_')) this.#fatal = error
    // A lost connection is nobody's fault: once it is back, nothing must wait.
    const waits = ALARMED.includes(code)
    const blameless = waits || code === 'NOT_YET' || code === 'COMPUTE_FULL' || code.startsWith('NODE_')
    const rest = waits ? 4 * REST[0] : REST[0]
    state.restUntil = performance.now() + (blameless ? rest : Math.min(REST[1], REST[0] * 2 ** state.failures))
    if (!blameless) state.failures += 1
    // What another account did first is refused, and not asked for again once that is read.
    const overtaken = code === 'MOVE_REFUSED' && state.refused !== true
    state.refused = code === 'MOVE_REFUSED'
    const fields: Fields = { task: key, ...(code === 'CHAIN_MOVED' ? movedFields(error) : errorFields(error)) }
    const said = `${code} ${String(fields.message)}`
    // The same refusal at every attempt is said once.
    const again = state.last === said
    state.last = overtaken ? '' : said
    if (overtaken) this.#log.debug('taskOvertaken', fields)
    else if (again || waits || code === 'NOT_YET') this.#log.debug('taskFailedAgain', fields)
    else if (code === 'UNEXPECTED') this.#log.error('taskFailed', fields)
    else this.#log.warn('taskFailed', fields)
  }
}

/** A view of the contracts reverts only where what one call told is not so any more at the next: a new block, a reorganisation, another node. */
const isMoved = (error: unknown): boolean => revertOf(error) !== undefined

function movedFields(error: unknown): Fields {
  const [method] = (error as Error).message.split(':')
  const message = `${method} reverted (${formatRevert(revertOf(error)!)}): the chain changed while it was read, and is read again`
  return { code: 'CHAIN_MOVED', message }
}
