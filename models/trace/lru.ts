/** Keeps what was used last, up to a total weight; a single item that weighs more is kept alone. */
export class Lru<T> {
  readonly #limit: number
  readonly #items = new Map<string, { readonly value: T; readonly weight: number }>()
  #total = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /** The item of this key, if it is there: used now. */
  find(key: string): T | undefined {
    const item = this.#items.get(key)
    return item && this.get(key, () => item)
  }

  /** The item of this key, made and weighed if it is not there. */
  get(key: string, make: () => { readonly value: T; readonly weight: number }): T {
    const item = this.#items.get(key) ?? make()
    if (!this.#items.delete(key)) this.#total += item.weight
    this.#items.set(key, item)
    for (const [oldest, { weight }] of this.#items) {
      if (this.#total <= this.#limit || oldest === key) break
      this.#items.delete(oldest)
      this.#total -= weight
    }
    return item.value
  }
}
