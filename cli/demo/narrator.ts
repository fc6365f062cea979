import { grouped } from '../output.ts'
import { type Role, roleOf } from './cast.ts'
import { isAboutComputing, thought } from './logs.ts'
import type { Scene } from './scene.ts'
import type { Screen } from './screen.ts'
import { SENTENCES } from './sentences.ts'
import type { Stage } from './staging.ts'
import type { Move } from './watch.ts'

const COLOURS = {
  honest: 'green',
  liar: 'red',
  challenger: 'cyan',
  rival: 'cyan',
  sham: 'red',
  asker: 'yellow',
  author: 'bold',
} as const satisfies Record<Role, string>

/** Tells moves as they are mined: who, what, gas, and what it means. */
export class Narrator {
  readonly #screen: Screen
  readonly #stage: Stage
  readonly #start: number
  #scene: Scene
  /** Chain time of what was told last. */
  #told: number
  readonly #computing = new Set<string>()

  /** @param start chain time from which the timeline counts, unix seconds */
  constructor(screen: Screen, stage: Stage, scene: Scene, start: number) {
    this.#screen = screen
    this.#stage = stage
    this.#scene = scene
    this.#start = start
    this.#told = start
  }

  /** Goes on with another act. */
  turnTo(scene: Scene): void {
    this.#scene = scene
  }

  tell(move: Move): void {
    this.#told = move.time
    const { say, paint } = this.#screen
    const role = roleOf(this.#stage.cast, move.from)
    const who = this.#scene.who(move.from).padEnd(17)
    const name = role ? paint(COLOURS[role], who) : who
    say(`${paint('dim', this.clock(move.time))}  ${name}  ${move.method.padEnd(16)} ${grouped(move.gas).padStart(11)} gas`)
    for (const line of this.#meaning(move)) say(`          ${line}`)
  }

  /** Something that is no transaction. */
  aside(text: string, time: number): void {
    this.#told = time
    const { say, paint } = this.#screen
    say(paint('dim', `${this.clock(time)}  (${text})`))
  }

  /** A line of a process's log, told if it says what no transaction does. */
  overhear(name: string, line: string): void {
    const said = thought(line, this.#scene)
    if (said === undefined) return
    if (isAboutComputing(line)) {
      // Daemons say the same of every model, each time that they start.
      const about = `${name}: ${said}`
      if (this.#computing.has(about)) return
      this.#computing.add(about)
    }
    this.aside(`the ${name} notes: ${said}`, this.#told)
  }

  /** What ran the models, as the daemons said. */
  get computing(): readonly string[] {
    return [...this.#computing]
  }

  /** What processes said themselves. */
  quote(lines: readonly string[]): void {
    this.#screen.loud('', ...lines.map((line) => this.#screen.paint('dim', `  ${line}`)))
  }

  #meaning({ refusal, happenings }: Move): string[] {
    if (refusal !== null) return [`refused: ${refusal}`]
    return happenings.flatMap(({ name, args }) => {
      if (name === 'AssertionMade') this.#scene.noteAssertion(args.assertionId, args.asserter)
      return SENTENCES[name]?.(args, this.#scene) ?? []
    })
  }

  /** Chain time since the start, `+h:mm:ss`. */
  clock(time: number): string {
    const seconds = Math.max(0, time - this.#start)
    const two = (value: number): string => String(Math.floor(value)).padStart(2, '0')
    return `+${Math.floor(seconds / 3600)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}`
  }
}
