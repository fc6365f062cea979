import { readFile } from '@opine/cli/files.ts'
import { indexBounds } from '@opine/cli/model/index-bounds.ts'
import { randomInputs } from '@opine/cli/model/random-inputs.ts'
import { certifyProgram } from '@opine/models/certify/certify.ts'
import { goldenInputs } from '@opine/models/exec/onnxruntime/self-test.ts'
import type { ModelInterface, Program } from '@opine/models/ir/types.ts'
import { type LoadedModel, loadModel } from '@opine/models/load.ts'
import { quantised, subjectsHere } from '../support/quantised/make.ts'
import { HELD_OUT_SEED, type Subject } from '../support/quantised/subject.ts'

/** One in so many inputs is random in all its elements. */
const RANDOM = 8

/**
 * So many inputs: the extremes of what the certificate grants, all least, all greatest, in turns; then such as calibration saw but
 * held out, every eighth one random. Without a subject all others are random.
 */
export function* evidenceInputs(
  program: Program,
  { inputs: ports }: ModelInterface,
  subject: Subject | null,
  count: number,
): Generator<readonly Uint8Array[]> {
  const bounds = indexBounds(program)
  const extremes = goldenInputs(program, certifyProgram(program).conditions).slice(0, count)
  yield* extremes
  for (let seed = 0; seed < count - extremes.length; seed++) {
    yield subject === null || seed % RANDOM === RANDOM - 1 ? randomInputs(ports, seed, bounds) : subject.draw(HELD_OUT_SEED + seed)
  }
}

/** @property subject  null for a file that is none's */
export type Evidence = {
  readonly model: LoadedModel
  readonly subject: Subject | null
  readonly inputs: Generator<readonly Uint8Array[]>
}

/** A model and so many inputs for it, by a subject's name or a file's path. */
export function evidenceOf(name: string, count: number): Evidence {
  const subject = subjectsHere().find((each) => each.name === name) ?? null
  const model = loadModel(subject ? quantised(subject) : new Uint8Array(readFile(name)))
  return { model, subject, inputs: evidenceInputs(model.program, model.interface, subject, count) }
}
