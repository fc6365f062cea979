import type { Served, Sworn } from '@opine/dispute-game/game/served.ts'
import { fromHex, type Hex } from '@opine/dispute-game/merkle/hex.ts'
import type { Deployment } from '@opine/node-kit/deployment.ts'
import { signHello } from '@opine/node-kit/trace-hello.ts'
import { type Answer, encodeMessage, parseAnswer, parseWelcome, type Question } from '@opine/node-kit/trace-messages.ts'
import { getAddress, type Signer } from 'ethers'
import { checkPeerUrl } from './peer-address.ts'
import { PeerLine, type PeerOptions, peerFailure } from './peer-line.ts'

/** For which game somebody speaks. @property account  of the asserter whose server this should be */
export type Errand = {
  readonly game: Hex
  readonly account: string
  readonly signer: Signer
  readonly deployment: Pick<Deployment, 'chainId' | 'game'>
}

/** A question without its number. */
type Asked<Q = Question> = Q extends Question ? Omit<Q, 'id'> : never
type AnswerOf<K extends Answer['kind']> = Extract<Answer, { readonly kind: K }>

/** Milliseconds after which a server is asked again that is busy, or has not seen the game yet; and how often the latter. */
const [PAUSE, ATTEMPTS] = [400, 12] as const

/**
 * An asserter's trace server, which belongs to the other side: it may say anything, or nothing. What it says is read and bounded here; whether
 * it belongs to what was asserted is for the caller to verify.
 */
export class Peer {
  readonly #line: PeerLine
  #lastId = 0

  private constructor(line: PeerLine) {
    this.#line = line
  }

  /**
   * Connects and says hello.
   * @throws {OpineError} `PEER_FORBIDDEN`, `PEER_FAILED`, `PEER_LATE`, `PEER_MISBEHAVED`, `PEER_REFUSED`
   */
  static async connect(options: PeerOptions, errand: Errand): Promise<Peer> {
    checkPeerUrl(options.url, options.reach)
    const peer = new Peer(new PeerLine(options))
    try {
      await peer.#greet(errand)
      return peer
    } catch (error) {
      peer.close()
      throw error
    }
  }

  close(): void {
    this.#line.close()
  }

  /** What it hands out about the assertion of its game, as a walk asks for it. Each throws as `connect` does. */
  served(assertion: Hex): Served {
    const nodes = async (question: Asked): Promise<Uint8Array[]> => (await this.#ask(question, 'nodes')).nodes.map((node) => fromHex(node))
    const sworn = <Content>(content: Content, signature: Hex): Sworn<Content> => ({ content, signature: fromHex(signature) })
    return {
      traceNodes: (position) => nodes({ kind: 'traceNodes', assertion, position }),
      tensorNodes: (kernel, position) => nodes({ kind: 'tensorNodes', kernel, position }),
      interior: async (kernel) => {
        const { roots, signature } = await this.#ask({ kind: 'interior', kernel }, 'interior')
        const content = roots.map((root) => fromHex(root))
        return sworn(content, signature)
      },
      totals: async (kernel, element) => {
        const { totals, signature } = await this.#ask({ kind: 'totals', kernel, element }, 'totals')
        return sworn(totals, signature)
      },
    }
  }

  async #greet({ game, account, signer, deployment }: Errand): Promise<void> {
    const { nonce, operator } = this.#read(parseWelcome, await this.#line.next())
    if (getAddress(operator.toLowerCase()) !== account) {
      throw peerFailure('PEER_MISBEHAVED', this.#line.url, `it serves for ${operator}, not for ${account}`)
    }
    const signature = await signHello(signer, deployment, { game, operator: account, nonce })
    await this.#ask({ kind: 'hello', game, signature }, 'ready')
  }

  async #ask<K extends Answer['kind']>(question: Asked, kind: K): Promise<AnswerOf<K>> {
    for (let attempt = 1; ; attempt++) {
      const answer = await this.#exchange(question)
      if (answer.kind === kind) return answer as AnswerOf<K>
      if (answer.kind !== 'refused') throw peerFailure('PEER_MISBEHAVED', this.#line.url, 'it answered another question')
      const later = answer.code === 'BUSY' || (answer.code === 'GAME_UNKNOWN' && attempt < ATTEMPTS)
      if (!later) throw peerFailure('PEER_REFUSED', this.#line.url, `it refused: ${JSON.stringify(`${answer.code} ${answer.message}`)}`)
      await this.#line.pause(PAUSE)
    }
  }

  async #exchange(question: Asked): Promise<Answer> {
    const id = ++this.#lastId
    const next = this.#line.next()
    this.#line.send(encodeMessage({ ...question, id } as Question))
    const answer = this.#read(parseAnswer, await next)
    if (answer.id === id) return answer
    throw peerFailure('PEER_MISBEHAVED', this.#line.url, 'it answered another question')
  }

  #read<T>(parse: (text: string) => T, text: string): T {
    try {
      return parse(text)
    } catch (cause) {
      throw peerFailure('PEER_MISBEHAVED', this.#line.url, (cause as Error).message)
    }
  }
}
