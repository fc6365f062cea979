import { OpineError } from '@opine/dispute-game/errors.ts'
import {
  AbstractSigner,
  getAddress,
  type Signer,
  Transaction,
  type TransactionRequest,
  type TypedDataDomain,
  TypedDataEncoder,
  type TypedDataField,
  toQuantity,
  verifyTypedData,
} from 'ethers'
import { showUrl } from './config.ts'
import { SignerRpc } from './signer-rpc.ts'

/** What signs for an account: a wallet that holds its key, or a process elsewhere that does. */
export type SigningAccount = Signer & { readonly address: string }

type Types = Record<string, TypedDataField[]>

/**
 * An account whose key is in another process, which is asked over JSON-RPC: `eth_accounts`, `eth_signTransaction`, and `eth_signTypedData_v4` or
 * `eth_signTypedData`. Every signature is checked to be this account's, over what was asked for and nothing else.
 */
export class RemoteSigner extends AbstractSigner implements SigningAccount {
  readonly address: string
  readonly #rpc: SignerRpc

  private constructor(rpc: SignerRpc, address: string) {
    super()
    this.#rpc = rpc
    this.address = address
  }

  /**
   * @param account  one of the signer's; its only one if left out
   * @throws {OpineError} `SIGNER_ACCOUNT`, those of `SignerRpc.ask`
   */
  static async open(url: string, account: string | undefined, patience?: number): Promise<RemoteSigner> {
    const rpc = new SignerRpc(url, patience)
    const answer = await rpc.ask('eth_accounts', [])
    const accounts = Array.isArray(answer)
      ? answer.filter((each) => /^0x[0-9a-f]{40}$/i.test(String(each))).map((each) => getAddress(String(each).toLowerCase()))
      : []
    const [only, ...others] = account === undefined ? accounts : accounts.filter((each) => each === account)
    if (only !== undefined && others.length === 0) return new RemoteSigner(rpc, only)
    const has = accounts.length === 0 ? 'none' : accounts.slice(0, 10).join(', ')
    const next = account === undefined ? 'choose one with --signer-account' : 'correct --signer-account'
    throw new OpineError('SIGNER_ACCOUNT', `the signer at ${showUrl(url)} has these accounts: ${has}; ${next}`, { account })
  }

  getAddress(): Promise<string> {
    return Promise.resolve(this.address)
  }

  connect(): never {
    throw new Error('a remote signer only signs')
  }

  signMessage(): never {
    throw new Error('the protocol signs no messages')
  }

  /** @throws {OpineError} `SIGNER_WRONG`, those of `SignerRpc.ask` */
  override async signTransaction(request: TransactionRequest): Promise<string> {
    const { to, data, value, gasLimit, nonce, chainId, maxFeePerGas, maxPriorityFeePerGas } = request
    const wanted = Transaction.from({
      type: 2,
      to: to as string,
      data: data!,
      value,
      gasLimit,
      nonce,
      chainId,
      maxFeePerGas,
      maxPriorityFeePerGas,
    } as never)
    const answer = await this.#rpc.ask('eth_signTransaction', [
      {
        from: this.address,
        to: wanted.to,
        data: wanted.data,
        value: toQuantity(wanted.value),
        gas: toQuantity(wanted.gasLimit),
        nonce: toQuantity(wanted.nonce),
        chainId: toQuantity(wanted.chainId),
        type: '0x2',
        maxFeePerGas: toQuantity(wanted.maxFeePerGas!),
        maxPriorityFeePerGas: toQuantity(wanted.maxPriorityFeePerGas!),
      },
    ])
    // Some answer with the bytes, some with an object that holds them.
    const raw = typeof answer === 'object' && answer !== null && 'raw' in answer ? answer.raw : answer
    const signed = this.#checked('a transaction', () => Transaction.from(String(raw)))
    if (signed.from !== this.address || signed.unsignedHash !== wanted.unsignedHash) throw this.#wrong('a transaction')
    return signed.serialized
  }

  /** @throws {OpineError} `SIGNER_WRONG`, those of `SignerRpc.ask` */
  override async signTypedData(domain: TypedDataDomain, types: Types, value: Record<string, unknown>): Promise<string> {
    const payload = JSON.stringify(TypedDataEncoder.getPayload(domain, types, value))
    const signature = String(await this.#rpc.askEither(['eth_signTypedData_v4', 'eth_signTypedData'], [this.address, payload]))
    const signer = this.#checked('an oath', () => verifyTypedData(domain, types, value, signature))
    if (signer !== this.address) throw this.#wrong('an oath')
    return signature
  }

  #checked<T>(what: string, read: () => T): T {
    try {
      return read()
    } catch (cause) {
      throw this.#wrong(what, cause)
    }
  }

  #wrong(what: string, cause?: unknown): OpineError {
    const message = `the signer at ${this.#rpc.name} did not sign ${what} as it was asked to by ${this.address}; check that signer`
    return new OpineError('SIGNER_WRONG', message, { account: this.address }, { cause })
  }
}
