import type { Proved } from '../../certify/certificate.ts'
import type { Candidate } from './candidates.ts'
import type { Wanted } from './plan.ts'
import type { ProviderName } from './providers.ts'
import type { Runner } from './run.ts'

type Choice = Promise<Candidate | null>

/** What is known of a program and open for it: one provider's sessions, or none, for each kind of run. */
export class Prepared {
  readonly certificate: Proved
  /** Providers that failed on this program. */
  readonly failed = new Set<ProviderName>()
  readonly #choices = new Map<Wanted, Choice>()

  constructor(certificate: Proved) {
    this.certificate = certificate
  }

  /** What runs this kind, chosen once; again if that failed for another reason than a provider. */
  choice(wanted: Wanted, choose: () => Choice): Choice {
    let choice = this.#choices.get(wanted)
    if (!choice) {
      choice = choose()
      this.#choices.set(wanted, choice)
      choice.catch(() => this.#choices.delete(wanted))
    }
    return choice
  }

  /** Whether a run that fails now fails by sessions that are still chosen. */
  isChosen(wanted: Wanted, choice: Choice): boolean {
    return this.#choices.get(wanted) === choice
  }

  /** Ends a provider's sessions, those for the other kind of run too, and has others chosen when they are next asked for. */
  async leave(wanted: Wanted, { provider, runner }: Candidate): Promise<void> {
    this.#choices.delete(wanted)
    await end(runner)
    for (const [other, choice] of [...this.#choices]) {
      const chosen = await settled(choice)
      if (chosen?.provider !== provider || !this.isChosen(other, choice)) continue
      this.#choices.delete(other)
      await end(chosen.runner)
    }
  }

  async close(): Promise<void> {
    const choices = [...this.#choices.values()]
    this.#choices.clear()
    for (const choice of choices) await (await settled(choice))?.runner.close()
  }
}

/** Whoever asked for the choice is told why it failed. */
const settled = (choice: Choice): Choice => choice.catch(() => null)

/** What has failed may fail to end, too. */
export const end = (runner: Runner): Promise<void> => runner.close().catch(() => {})
