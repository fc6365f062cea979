import type { LifeEvent } from './events.ts'
import type { Told } from './follow.ts'

type Of<T extends LifeEvent['type']> = Extract<LifeEvent, { readonly type: T }>

/** What a request's events amount to. */
export class Standing {
  readonly #events: LifeEvent[] = []

  /** Takes an event up, or out again if it was retracted. */
  note(told: Told): void {
    if (told.type !== 'retracted') this.#events.push(told)
    else this.#events.splice(this.#events.indexOf(told.event), 1)
  }

  get asked(): boolean {
    return this.#all('requested').length > 0
  }

  get settled(): Of<'settled'> | undefined {
    return this.#all('settled')[0]
  }

  get expired(): Of<'expired'> | undefined {
    return this.#all('expired')[0]
  }

  /** Whether no answer stands and none is taken any more. @param now  unix seconds */
  isOverdue(now: number): boolean {
    const deadline = Math.max(0, ...[...this.#all('requested'), ...this.#all('reopened')].map((event) => event.deadline))
    const fallen = this.#all('defeated').map(({ assertionId }) => assertionId)
    return this.asked && now > deadline && this.#all('asserted').every(({ assertionId }) => fallen.includes(assertionId))
  }

  #all<T extends LifeEvent['type']>(type: T): Of<T>[] {
    return this.#events.filter((event): event is Of<T> => event.type === type)
  }
}
