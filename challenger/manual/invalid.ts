import { OpineError } from '@opine/dispute-game/errors.ts'
import { type Hex, toHex } from '@opine/dispute-game/merkle/hex.ts'
import { encodeKernel } from '@opine/models/ir/encode.ts'
import { decodeProgramFile } from '@opine/models/ir/file.ts'
import { bufferOf, type Program } from '@opine/models/ir/types.ts'
import { validateProgram } from '@opine/models/ir/validate.ts'
import { isProgramFile, type LoadedModel } from '@opine/models/load.ts'
import { bufferProof, type ProgramTree, programTree } from '@opine/models/trace/program-tree.ts'
import { type DeedTerms, nextDeed } from '@opine/node-kit/manual/deed.ts'
import { type Found, known } from '@opine/node-kit/manual/find.ts'
import { type Answer, proposalAnswer } from '@opine/node-kit/manual/session.ts'
import type { View } from '@opine/node-kit/manual/view.ts'
import { readAssertion, readGame } from '@opine/node-kit/reads.ts'
import { open, prepare } from '../opening.ts'

/** Zeros, where the program cannot be relied on to run: without a true root there is no reward, but the bond comes back. */
const NO_ROOT: Hex = `0x${'00'.repeat(32)}`

/** A program as its file says, valid or not. The daemons refuse one that is not. @throws {OpineError} `NOT_A_PROGRAM`, those of the decoder */
export function loadUnchecked(name: string, bytes: Uint8Array): LoadedModel {
  if (!isProgramFile(bytes)) {
    const message = `${name} is no program file; whether a registered program is invalid, its own file alone shows`
    throw new OpineError('NOT_A_PROGRAM', message, { path: name })
  }
  const { program, interface: ports } = decodeProgramFile(bytes)
  const tree = programTree(program)
  return { root: toHex(tree.root), program, interface: ports, tree }
}

/**
 * Ends an assertion over an invalid program, whatever its trace: by the next of preparing the dispute, opening a game, and `stepInvalid`.
 * In a game that somebody has open already, that is the only one.
 * @throws {OpineError} `PROGRAM_VALID`, `NOT_PROVABLE`, `MODEL_NOT_GIVEN`
 */
export async function stepInvalid(view: View, models: readonly LoadedModel[], { kind, id }: Found, terms: DeedTerms): Promise<Answer> {
  const { chain, journal, head } = view
  const { contracts } = chain
  const assertionId = kind === 'game' ? journal.game(id)!.assertionId : id
  const { program, tree } = programOf(view, models, assertionId)
  const kernel = invalidKernel(program)
  const { address } = terms.wallet
  const gameId =
    kind === 'game' ? id : known(journal, 'game').find(([, game]) => game.assertionId === id && game.challenger === address)?.[0]
  const deed = await nextDeed(view, terms, async (sender) => {
    const opening = { contracts, journal, sender }
    const { status, request } = await readAssertion(contracts, assertionId)
    if (status !== 'STANDING') return
    if (BigInt(request) === 0n) return prepare(opening, assertionId, program)
    if (gameId === undefined) return open(opening, assertionId, NO_ROOT, head)
    // Nothing wins in the block of its opening.
    if (head.number <= (await readGame(contracts, gameId)).openedIn) return
    const call = contracts.game.encode('stepInvalid', gameId, ...evidenceOf(program, tree, kernel))
    await sender.send({ key: `stepInvalid:${gameId}`, facts: { kind: 'stepInvalid', gameId, assertionId, kernel }, ...call })
  })
  return proposalAnswer(
    deed,
    'nothing is to be done: the assertion does not stand any more, or the game was opened in the latest block and has to wait for the next',
  )
}

function programOf({ journal }: View, models: readonly LoadedModel[], assertionId: Hex): LoadedModel {
  const { programRoot } = journal.request(journal.assertion(assertionId)!.requestId)!
  const model = models.find(({ root }) => root === programRoot)
  if (model) return model
  const message = `the assertion is over program ${programRoot}, which is none of the files given; give its program file by --model`
  throw new OpineError('MODEL_NOT_GIVEN', message, { assertionId, programRoot })
}

function invalidKernel(program: Program): number {
  try {
    validateProgram(program)
  } catch (error) {
    if (!(error instanceof OpineError) || error.code !== 'PROGRAM_INVALID') throw error
    const { kernel } = error.details
    if (typeof kernel === 'number') return kernel
    throw new OpineError('NOT_PROVABLE', `no kernel is to blame, so that no step proves it: ${error.message}`, error.details)
  }
  throw new OpineError('PROGRAM_VALID', 'every kernel of this program is valid; dispute the assertion by opine challenger move')
}

/** The kernel's own leaf, its operands', and that of the kernel before it, which one of the rules asks for. */
function evidenceOf(program: Program, tree: ProgramTree, kernel: number) {
  const own = bufferOf(program, kernel)
  const asked = new Set([...program.kernels[kernel]!.loads.map(({ buffer }) => buffer), own - 1])
  const operands = [...asked].filter((buffer) => buffer >= 0 && buffer < tree.metas.length).sort((a, b) => a - b)
  const proofs = operands.map((buffer) => ({ buffer, proof: bufferProof(tree, buffer) }))
  return [kernel, bufferProof(tree, own), encodeKernel(program.kernels[kernel]!), proofs] as const
}
