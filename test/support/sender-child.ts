/** A process that does one deed and is killed on the way: `URL STORE KEY CONTRACT DATA VALUE`. */
import type { Log } from '@opine/node-kit/log.ts'
import { SocketProvider } from '@opine/node-kit/provider.ts'
import { RpcSocket } from '@opine/node-kit/rpc.ts'
import { Sender } from '@opine/node-kit/sender.ts'
import { Store } from '@opine/node-kit/store.ts'
import { Wallet } from 'ethers'

const [url, path, key, to, data, value] = process.argv.slice(2) as [string, string, string, string, string, string]
const silent: Log = { debug() {}, info() {}, warn() {}, error() {} }
const rpc = await RpcSocket.connect({ url }, silent)
const sender = new Sender({}, { provider: new SocketProvider(rpc, 31337n), wallet: new Wallet(key), store: Store.open(path), log: silent })
await sender.send({ key: 'deed', facts: { kind: 'stake' }, to, data, value: BigInt(value) })
process.stdout.write('done')
process.exit()
