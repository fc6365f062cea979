import { JsonRpcProvider, type Subscriber, type Subscription } from 'ethers'

/**
 * Tells of the first block that it sees, too. ethers takes that one as known: a transaction that is mined between the look for its receipt and
 * the first look at the chain is then waited for until another block comes, which on a node that mines for transactions alone is never.
 */
export class PromptProvider extends JsonRpcProvider {
  override _getSubscriber(subscription: Subscription): Subscriber {
    return subscription.type === 'block' ? new EveryBlock(this) : super._getSubscriber(subscription)
  }
}

class EveryBlock implements Subscriber {
  readonly #provider: JsonRpcProvider
  #timer: NodeJS.Timeout | undefined
  #last = -1
  #running = false

  constructor(provider: JsonRpcProvider) {
    this.#provider = provider
  }

  start(): void {
    this.#running = true
    void this.#look()
  }

  stop(): void {
    this.#running = false
    clearTimeout(this.#timer)
  }

  pause(): void {
    this.stop()
  }

  resume(): void {
    this.start()
  }

  async #look(): Promise<void> {
    try {
      const number = await this.#provider.getBlockNumber()
      if (this.#running && number !== this.#last) await this.#provider.emit('block', number)
      this.#last = number
    } catch {
      // A node that does not answer is asked again; calls to it fail by themselves.
    }
    if (this.#running) this.#timer = setTimeout(() => void this.#look(), this.#provider.pollingInterval)
  }
}
