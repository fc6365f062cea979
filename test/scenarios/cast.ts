import { toInput } from '@opine/models/zoo/digits/image.ts'
import { SAMPLES } from '@opine/models/zoo/digits/samples.ts'
import { ETHER } from '../support/arena.ts'
import { Stage, type StageOptions } from './stage.ts'

/** Who plays what, by the number of the account. Liars are 10 and up. */
export const [ASKER, HONEST, SECOND, CHALLENGER, RIVAL, STRANGER, SHAM, WALKER] = [1, 2, 3, 4, 5, 6, 7, 8] as const
export const LIARS = [10, 11, 12, 13, 14, 15, 16, 17, 18, 19] as const
export const LIAR = LIARS[0]

/** Fee and bond of a request that says nothing else. */
export const [FEE, BOND] = [ETHER / 100n, ETHER] as const

/** A picture of a digit, as the model takes it. */
export const digit = (index: number): Uint8Array => new Uint8Array(toInput(SAMPLES[index % SAMPLES.length]!.pixels).buffer)

/** A test's body on a stage of its own, with these accounts staked; its processes end with it, however it ends. */
export const onStage =
  (stakers: readonly number[], play: (stage: Stage) => Promise<void>, options: StageOptions = {}) =>
  async (): Promise<void> => {
    const stage = await Stage.open({ stakers, ...options })
    try {
      await play(stage)
    } finally {
      await stage.close()
    }
  }
