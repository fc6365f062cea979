import type { Log } from './log.ts'
import type { Facts } from './transaction.ts'

/** What holds up all deeds of an account alike: said when it begins, and when it is over. */
export class LineAlarms {
  readonly #feeCap: bigint
  readonly #log: Log
  #poor = false
  #capped = false

  /** @param feeCap  wei for each gas */
  constructor(feeCap: bigint, log: Log) {
    this.#feeCap = feeCap
    this.#log = log
  }

  funds(poor: boolean, fields: object): void {
    if (poor && !this.#poor) this.#log.error('fundsLow', { ...fields, next: 'send it more ether; the daemon goes on by itself' })
    if (!poor && this.#poor) this.#log.info('fundsRestored', { ...fields })
    this.#poor = poor
  }

  capped(capped: boolean, baseFee: bigint, facts: Facts): void {
    const feeCap = this.#feeCap
    if (capped && !this.#capped) this.#log.error('feeCapReached', { ...facts, baseFee, feeCap, effect: 'what can wait does' })
    if (!capped && this.#capped) this.#log.info('feeCapKept', { baseFee, feeCap })
    this.#capped = capped
  }
}
