import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { domainOf, Oaths } from '@opine/node-kit/oaths.ts'
import { RemoteSigner } from '@opine/node-kit/remote-signer.ts'
import { openAccounts } from '@opine/node-kit/signing-accounts.ts'
import { signVersion } from '@opine/node-kit/transaction.ts'
import { expect } from 'chai'
import { type TransactionRequest, type TypedDataField, Wallet } from 'ethers'
import { type Anvil, startAnvil } from '../support/anvil.ts'
import { account, accountKey } from '../support/local-chain.ts'

const GAME = `0x${'22'.repeat(20)}`
const DOMAIN = { chainId: 31337, game: GAME }
const ASSERTION = `0x${'33'.repeat(32)}`
const TRANSACTION: TransactionRequest = {
  to: GAME,
  data: '0x1234',
  value: 5n,
  gasLimit: 50_000n,
  nonce: 0,
  chainId: 31337n,
  maxFeePerGas: 10n ** 10n,
  maxPriorityFeePerGas: 1n,
}

type Payload = { domain: object; types: Record<string, TypedDataField[]>; message: Record<string, unknown> }
type Handler = (params: readonly unknown[]) => unknown

/** A signer that speaks JSON-RPC and holds a key; a test changes what it does. It throws `{ code, message }` as its errors. */
class Double {
  readonly methods: Record<string, Handler>
  readonly #server: Server

  constructor(wallet: Wallet) {
    this.methods = {
      eth_accounts: () => [wallet.address.toLowerCase()],
      eth_signTransaction: ([fields]) => signAs(wallet, fields as Record<string, string>),
      eth_signTypedData: ([, payload]) => {
        const { domain, types, message } = JSON.parse(payload as string) as Payload
        const { EIP712Domain: _, ...own } = types
        return wallet.signTypedData(domain, own, message)
      },
    }
    this.#server = createServer(async (request, response) => {
      const body = JSON.parse(Buffer.concat(await request.toArray()).toString()) as { method: string; params: unknown[] }
      const handler = this.methods[body.method]
      try {
        if (!handler) throw { code: -32601, message: 'method not found' }
        response.end(JSON.stringify({ jsonrpc: '2.0', id: 1, result: await handler(body.params) }))
      } catch (error) {
        response.end(JSON.stringify({ jsonrpc: '2.0', id: 1, error }))
      }
    })
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  stop(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }
}

const signAs = (wallet: Wallet, { from: _, gas, type: __, ...fields }: Record<string, string>, change: object = {}): Promise<string> =>
  wallet.signTransaction({ ...fields, type: 2, gasLimit: gas!, nonce: Number(fields.nonce), ...change } as TransactionRequest)

describe('a signer in another process', () => {
  const wallet = account(3)
  const double = new Double(wallet)
  let url: string
  let anvil: Anvil
  before(async () => {
    url = await double.start()
    anvil = await startAnvil({ accounts: 2 })
  })
  after(async () => {
    double.stop()
    await anvil.stop()
  })
  const codeOf = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'none',
      (error: unknown) => {
        expect(error).to.be.instanceOf(OpineError)
        return (error as OpineError).code
      },
    )

  it('signs transactions and oaths as the key itself would', async () => {
    const signer = await RemoteSigner.open(url, undefined)
    expect(signer.address).to.equal(wallet.address)
    expect(await signer.signTransaction(TRANSACTION)).to.equal(await wallet.signTransaction({ ...TRANSACTION, type: 2 }))
    const [here, there] = [new Oaths(wallet, DOMAIN), new Oaths(signer, DOMAIN)]
    expect(await there.totals(ASSERTION, 1, 2, [3, 4])).to.equal(await here.totals(ASSERTION, 1, 2, [3, 4]))
    const { eth_signTransaction: plain } = double.methods
    double.methods.eth_signTransaction = async (params) => ({ raw: await plain!(params), tx: {} })
    expect(await signer.signTransaction(TRANSACTION)).to.equal(await wallet.signTransaction({ ...TRANSACTION, type: 2 }))
    double.methods.eth_signTransaction = plain!
  })

  it('is believed nothing: other fields, other keys and noise are refused', async () => {
    const signer = await RemoteSigner.open(url, undefined)
    const { eth_signTransaction: transactions, eth_signTypedData: oaths } = double.methods
    const forgeries: Handler[] = [
      ([fields]) => signAs(wallet, fields as Record<string, string>, { value: 6n }),
      ([fields]) => signAs(wallet, fields as Record<string, string>, { to: wallet.address }),
      ([fields]) => signAs(account(4), fields as Record<string, string>),
      () => '0x1234',
      () => null,
    ]
    for (const forgery of forgeries) {
      double.methods.eth_signTransaction = forgery
      expect(await codeOf(signer.signTransaction(TRANSACTION))).to.equal('SIGNER_WRONG')
    }
    for (const forgery of [() => '0x', () => 7, () => account(4).signTypedData(domainOf(DOMAIN), { Totals: [] }, {})]) {
      double.methods.eth_signTypedData = forgery
      expect(await codeOf(new Oaths(signer, DOMAIN).interior(ASSERTION, 1, []))).to.equal('SIGNER_WRONG')
    }
    Object.assign(double.methods, { eth_signTransaction: transactions, eth_signTypedData: oaths })
  })

  it('that refuses, is silent or absent, or has another account, is one typed error', async () => {
    const signer = await RemoteSigner.open(url, undefined, 200)
    const { eth_signTransaction: transactions, eth_signTypedData: oaths } = double.methods
    double.methods.eth_signTransaction = () => {
      throw { code: -32000, message: 'locked' }
    }
    const refusal = await signer.signTransaction(TRANSACTION).catch((error: unknown) => error as OpineError)
    expect((refusal as OpineError).message).to.equal(`the signer at ${url} refuses eth_signTransaction: locked; allow it there`)
    double.methods.eth_signTransaction = () => new Promise(() => {})
    expect(await codeOf(signer.signTransaction(TRANSACTION))).to.equal('SIGNER_UNREACHABLE')
    delete double.methods.eth_signTypedData
    expect(await codeOf(new Oaths(signer, DOMAIN).interior(ASSERTION, 1, []))).to.equal('SIGNER_REFUSED')
    Object.assign(double.methods, { eth_signTransaction: transactions, eth_signTypedData: oaths })
    expect(await codeOf(RemoteSigner.open('http://127.0.0.1:9', undefined))).to.equal('SIGNER_UNREACHABLE')
    expect(await codeOf(RemoteSigner.open(url, account(4).address))).to.equal('SIGNER_ACCOUNT')
  })

  it('is the account of a daemon, with key files as its helpers', async () => {
    const settings = { keyFile: [], signer: url, signerAccount: undefined }
    expect((await openAccounts(settings, { OPINE_KEY: accountKey(5) })).map(({ address }) => address)).to.deep.equal([wallet.address])
    const alone = { keyFile: [], signer: undefined, signerAccount: undefined }
    expect((await openAccounts(alone, { OPINE_KEY: accountKey(5) }))[0]).to.be.instanceOf(Wallet)
    expect(await codeOf(openAccounts({ ...alone, signerAccount: wallet.address }, {}))).to.equal('CONFIG_INVALID')
  })

  it('may be a node with accounts: anvil signs, and takes what it signed', async () => {
    const at = `http://127.0.0.1:${anvil.port}`
    expect(await codeOf(RemoteSigner.open(at, undefined)), 'it has two').to.equal('SIGNER_ACCOUNT')
    const signer = await RemoteSigner.open(at, account(1).address)
    const call = { to: GAME, data: '0x1234', value: '7', gasLimit: '50000', nonce: 0 }
    const { raw, hash } = await signVersion(anvil.provider, signer, call, { maxFee: 10n ** 10n, tip: 1n })
    await anvil.provider.broadcastTransaction(raw)
    expect((await anvil.provider.waitForTransaction(hash))!.from).to.equal(signer.address)
    expect(await anvil.provider.getBalance(GAME)).to.equal(7n)
    expect(await new Oaths(signer, DOMAIN).totals(ASSERTION, 1, 2, [3])).to.equal(
      await new Oaths(account(1), DOMAIN).totals(ASSERTION, 1, 2, [3]),
    )
  })
})
