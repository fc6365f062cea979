import { OpineError } from '@opine/dispute-game/errors.ts'
import { fromHex } from '@opine/dispute-game/merkle/hex.ts'
import { decodeHeader } from '@opine/models/ir/header.ts'
import { checkInterface } from '@opine/models/ir/interface.ts'
import type { ModelInterface, Port } from '@opine/models/ir/types.ts'
import type { OpineClient } from './client.ts'
import { readLogs } from './logs.ts'

export type VersionOrProgram =
  | { readonly versionId: string; readonly programRoot?: undefined }
  | { readonly programRoot: string; readonly versionId?: undefined }

/**
 * What a version takes and gives, from the header that the registry proved: types and numbers of elements. The chain knows no names and no
 * shapes; they are `input0`, `output0` and so on, one-dimensional, unless `named` has them.
 * @param named  the model's interface as its author or `opine model show --json` tells it; checked against the chain's
 * @throws {OpineError} `VERSION_UNKNOWN`, `SPEC_UNAVAILABLE`, `PROGRAM_INTERFACE` if `named` is another program's
 * @example
 * const spec = await readSpec(client, { versionId })
 * spec.inputs // [{ name: 'input0', type: 'f32', shape: [64] }]
 */
export async function readSpec(client: OpineClient, of: VersionOrProgram, named?: ModelInterface): Promise<ModelInterface> {
  const { models, provider, addresses } = client
  const programRoot = of.programRoot ?? (await programOf(models, of.versionId))
  const topics = await models.filters.ModelRegistered!(programRoot).getTopicFilter()
  const [log] = await readLogs(provider, { address: addresses.models, topics }, addresses.block, await provider.getBlockNumber())
  const event = log && models.interface.parseLog(log)
  if (!event) {
    const message = `the node shows no registration of program ${programRoot}; it may have pruned its logs: pass the model's interface instead`
    throw new OpineError('SPEC_UNAVAILABLE', message, { programRoot })
  }
  const header = decodeHeader(fromHex(event.args.header as string))
  if (named) {
    checkInterface(header, named)
    return named
  }
  const ports = (specs: readonly { readonly type: Port['type']; readonly count: number }[], what: string): Port[] =>
    specs.map(({ type, count }, index) => ({ name: `${what}${index}`, type, shape: [count] }))
  return { inputs: ports(header.inputs, 'input'), outputs: ports(header.outputs, 'output') }
}

async function programOf(models: OpineClient['models'], versionId: string): Promise<string> {
  try {
    return (await models.getFunction('version')(versionId)).programRoot as string
  } catch (error) {
    if ((error as { revert?: { name?: string } }).revert?.name !== 'ModelRegistry_UnknownVersion') throw error
    const message = `the registry has no version ${versionId}; opine model register prints the ids of versions`
    throw new OpineError('VERSION_UNKNOWN', message, { versionId }, { cause: error })
  }
}
