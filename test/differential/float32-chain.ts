import { Float32Harness } from '@opine/abi/generated/Float32Harness.ts'
import { BrowserProvider, Contract, ContractFactory, getBytes, hexlify } from 'ethers'
import hre from 'hardhat'

/** The libraries' operations on an embedded chain, many pairs a call. */
export type FloatChain = {
  readonly harness: Contract
  /** One operation, by its opcode, on all pairs. @throws on a result of more than 32 bits */
  readonly run: (code: number, pairs: Uint32Array) => Promise<Uint32Array>
  /** Replaces the harness's code. */
  readonly replace: (change: (code: string) => string) => Promise<void>
}

const BATCH = 4_000

export async function floatChain(): Promise<FloatChain> {
  const chain = await hre.network.create()
  const provider = new BrowserProvider(chain.provider, undefined, { cacheTimeout: -1 })
  provider.pollingInterval = 20
  const factory = new ContractFactory(Float32Harness.abi, Float32Harness.bytecode, await provider.getSigner())
  const deployed = await factory.deploy()
  await deployed.waitForDeployment()
  const harness = new Contract(await deployed.getAddress(), Float32Harness.abi, provider)
  const call = harness.interface.getFunction('run')!

  async function run(code: number, pairs: Uint32Array): Promise<Uint32Array> {
    const results = new Uint32Array(pairs.length / 2)
    for (let start = 0; start < results.length; start += BATCH) {
      const part = pairs.subarray(2 * start, 2 * (start + BATCH))
      const data = harness.interface.encodeFunctionData(call, [code, packed(part)])
      const [bytes] = harness.interface.decodeFunctionResult(call, await provider.call({ to: harness.target, data }))
      results.set(unpacked(getBytes(bytes)), start)
    }
    return results
  }

  async function replace(change: (code: string) => string): Promise<void> {
    const code = await provider.getCode(harness.target)
    await provider.send('hardhat_setCode', [harness.target, change(code)])
  }

  return { harness, run, replace }
}

/** Big-endian, as the harness reads them. */
export function packed(words: Uint32Array): string {
  const view = new DataView(new ArrayBuffer(4 * words.length))
  words.forEach((word, index) => {
    view.setUint32(4 * index, word)
  })
  return hexlify(new Uint8Array(view.buffer))
}

function unpacked(bytes: Uint8Array): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  return Uint32Array.from({ length: bytes.length / 4 }, (_, index) => view.getUint32(4 * index))
}
