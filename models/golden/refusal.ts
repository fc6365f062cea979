import { OpineError } from '@opine/dispute-game/errors.ts'

/** With what a check refuses, for tests. @throws {Error} if it refuses nothing; what it throws that is no `OpineError` */
export async function refusal(work: () => Promise<void>): Promise<OpineError> {
  try {
    await work()
  } catch (error) {
    if (error instanceof OpineError) return error
    throw error
  }
  throw new Error('nothing was refused')
}
