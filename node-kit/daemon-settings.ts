import {
  parseAddress,
  parseAmount,
  parseChoice,
  parseHttpUrl,
  parseRpcUrl,
  parseText,
  parseWhole,
  showUrl,
  withoutQuery,
} from './config.ts'
import { parseProviders } from './executor-settings.ts'
import { parseListen } from './listen.ts'
import { MODEL_STORE_SETTINGS } from './model-store/settings.ts'
import { parseModelSource } from './model-store/source.ts'
import type { Settings } from './setting.ts'

/** What both daemons are told. A table of more, for one of them, begins or ends with these; `docs/settings.md` is made from it. */
export const SETTINGS = {
  rpc: { argument: 'URL', required: true, parse: parseRpcUrl, show: showUrl, description: 'node, ws:// or wss://' },
  rpcTimeout: {
    argument: 'MS',
    default: '30000',
    number: true,
    parse: parseWhole(100, 600_000),
    description:
      'longest wait for an answer of the node, milliseconds; one from which nothing at all comes for so long is connected to anew',
  },
  deployment: {
    argument: 'FILE',
    required: true,
    parse: parseText,
    description: 'where the protocol is deployed, as opine deploy wrote it',
  },
  keyFile: {
    argument: 'FILE',
    repeats: true,
    parse: parseText,
    description:
      'key, plain or an encrypted keystore with OPINE_KEY_PASSWORD; else OPINE_KEY; the first is the account, further ones help it by sending what anybody may send',
  },
  signer: {
    argument: 'URL',
    parse: parseHttpUrl,
    show: showUrl,
    description:
      'process that holds the key of the account and signs for it, over JSON-RPC (eth_signTransaction, eth_signTypedData); keyFile then holds helpers alone',
  },
  signerAccount: { argument: 'ADDRESS', parse: parseAddress, description: 'which of the accounts of the signer; its only one if left out' },
  model: {
    argument: 'SOURCE',
    required: true,
    repeats: true,
    parse: parseModelSource,
    show: withoutQuery,
    description: 'a registered model: ONNX or program file, http(s)://..., ipfs://CID[/path], or the 0x... id of its version or program',
  },
  ...MODEL_STORE_SETTINGS,
  executor: {
    argument: 'NAME',
    default: 'auto',
    parse: parseChoice('auto', 'wasm', 'wasm-128', 'onnxruntime', 'reference'),
    description:
      'what runs models: auto, for each program the fastest of wasm and the stock runtime, which the log says; wasm, generated code with SIMD; wasm-128, the same without vectors of more than 128 bits; onnxruntime, the stock runtime where a program is proved order-free, else wasm; or reference, the definition; bit for bit the same, checked at the start',
  },
  providers: {
    argument: 'LIST',
    parse: parseProviders,
    description:
      'execution providers of onnxruntime, first choice first: cpu, webgpu, cuda, coreml, dml; those that fail are passed over, and wasm is the last; by default cpu with onnxruntime, and all that the system may have with auto',
  },
  workers: {
    argument: 'N',
    number: true,
    parse: parseWhole(1, 256),
    description:
      'threads that run models, and one more where a game cannot wait; each takes the memory of a run; 2 if left out, 1 on fewer than three cores',
  },
  threads: {
    argument: 'N',
    number: true,
    parse: parseWhole(1, 256),
    description:
      'threads that compute one run together, but of reference; if left out, the cores but one, divided among workers, 8 at most',
  },
  log: { argument: 'FORMAT', default: 'text', parse: parseChoice('json', 'text'), description: 'json or text, on standard error' },
  logLevel: {
    argument: 'LEVEL',
    default: 'info',
    parse: parseChoice('debug', 'info', 'warn', 'error'),
    description: 'least level: debug, info, warn, error',
  },
  poll: {
    argument: 'MS',
    default: '4000',
    number: true,
    parse: parseWhole(10, 3_600_000),
    description: 'look at the chain at least this often, milliseconds',
  },
  replaceAfter: {
    argument: 'MS',
    default: '45000',
    number: true,
    parse: parseWhole(100, 3_600_000),
    description: 'offer a transaction that is not mined for so long anew, for more, milliseconds; sooner where a clock runs out',
  },
  feeCap: { argument: 'AMOUNT', default: '1000gwei', parse: parseAmount, description: 'most that is offered for one gas' },
  urgentFeeCap: {
    argument: 'AMOUNT',
    parse: parseAmount,
    description: 'the same for a move of whose clock less than a third is left; five times feeCap if left out',
  },
  metrics: {
    argument: 'HOST:PORT',
    parse: parseListen,
    description: 'serve /metrics (Prometheus), /health and /ready there; a port alone is one on 127.0.0.1',
  },
  minBalance: {
    argument: 'AMOUNT',
    default: '0.01',
    parse: parseAmount,
    description: 'balance of the account below which an alarm is raised and /ready says no',
  },
  withdraw: {
    argument: 'AMOUNT',
    parse: parseAmount,
    description: 'send payouts to the own account from this amount on; never if left out',
  },
} as const satisfies Settings

/** The table of one daemon: what both are told, where its state is, and more. */
export type DaemonTable = typeof SETTINGS & { readonly data: ReturnType<typeof dataSetting> }

/** The folder of the durable state, and where it is unless somebody says otherwise. */
export const dataSetting = (folder: string) =>
  ({ argument: 'DIR', default: folder, parse: parseText, description: 'folder of the durable state' }) as const
