import { unpackValues } from '@opine/client/values.ts'
import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Random } from '@opine/models/ir/random.ts'
import type { LoadedModel } from '@opine/models/load.ts'
import { outputBytes } from '@opine/models/trace/commit.ts'
import { drawApplicants, FEATURES } from '@opine/models/zoo/credit/applicants.ts'
import { percent } from '../story.ts'
import { type Question, runOnce } from './question.ts'

const DRAWN = 400

/** From this risk on nobody lends, as contracts/examples/lending/CreditPolicy.sol has it. */
const CUTOFF = 0.2

/** A risk so high that the file is refused, and a lie worth telling. */
const HIGH = 0.75

export const riskOf = (output: Uint8Array): number => unpackValues('f32', output)[0]!

const fate = (risk: number): string => (risk < CUTOFF ? 'granted' : 'refused')

/** Draws the file of somebody whom the model would not lend to. @throws {OpineError} `NO_FILE` */
export function creditQuestion(loaded: LoadedModel, random: Random): Question {
  for (const { features } of drawApplicants({ count: DRAWN, seed: random.below(2 ** 31) + 1 })) {
    const run = runOnce(loaded, [new Uint8Array(features.buffer)])
    if (riskOf(outputBytes(run.trace)) < HIGH) continue
    return {
      model: 'credit',
      loaded,
      ...run,
      picture: () => FEATURES.map((name, index) => `${name}: ${Math.round(100 * features[index]!) / 100}`),
      about: [`a credit file, refused from a risk of ${percent(CUTOFF)} on`],
      say: (output) => `${percent(riskOf(output))} risk, ${fate(riskOf(output))}`,
      agree: (one, other) => fate(riskOf(one)) === fate(riskOf(other)),
    }
  }
  throw new OpineError('NO_FILE', `none of ${DRAWN} drawn credit files is refused; choose another --seed`)
}
