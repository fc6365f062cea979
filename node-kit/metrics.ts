import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Log } from './log.ts'
import { MetricEvents } from './metric-events.ts'

/** Which side of a game a daemon takes: a label, and the only thing in which the metrics of the two daemons differ. */
export type Role = 'asserter' | 'challenger'

/** Counts by words of a fixed list, never by ids: a label that grows without bound makes a monitoring system ill. */
export type Count = (name: CountName, labels?: Readonly<Record<string, string>>, by?: number) => void

const COUNTERS = {
  requests_seen: { help: 'Requests of this node’s models that were seen', labels: [] },
  requests_answered: { help: 'Requests that were answered with a bond', labels: [] },
  requests_declined: { help: 'Requests that were left to others, once for each reason', labels: ['reason'] },
  requests_ended: { help: 'Requests that were followed to their end', labels: ['status'] },
  assertions: { help: 'Assertions by what a run of the model says about them', labels: ['verdict'] },
  games: { help: 'Games by what became of them', labels: ['role', 'status'] },
  moves: { help: 'Transactions of this node that were mined', labels: ['kind'] },
  gas_used: { help: 'Gas of transactions that were mined', labels: ['kind'] },
  spent_wei: { help: 'Wei paid for that gas', labels: ['kind'] },
  transactions: { help: 'What befell transactions on their way', labels: ['event'] },
  errors: { help: 'Errors that were met, by code', labels: ['code'] },
  log_lines: { help: 'Facts that were logged, by level', labels: ['level'] },
} as const

export type CountName = keyof typeof COUNTERS

/** Seconds of one run of a model: from a small network to one that is at the edge of what is served. */
const BUCKETS = [0.001, 0.005, 0.02, 0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 1800]
/** Seconds of one answer of the node: from one on this machine to one that is about to be given up. */
const CALL_BUCKETS = [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 30]

/** A process's metrics in the text format of Prometheus; names begin with `opine_` and end with their unit. */
export class Metrics {
  readonly registry = new Registry()
  readonly #counters: ReadonlyMap<CountName, Counter>
  readonly #execution: Histogram
  readonly #calls: Histogram
  readonly #events: MetricEvents

  constructor(role: Role) {
    const registers = [this.registry]
    const names = Object.keys(COUNTERS) as CountName[]
    this.#counters = new Map(
      names.map((name) => {
        const { help, labels } = COUNTERS[name]
        return [name, new Counter({ name: `opine_${name}_total`, help, labelNames: [...labels], registers })]
      }),
    )
    const help = 'Seconds that one run of a model takes'
    this.#execution = new Histogram({ name: 'opine_execution_seconds', help, buckets: BUCKETS, registers })
    this.#calls = new Histogram({
      name: 'opine_node_call_seconds',
      help: 'Seconds until the node answered, by JSON-RPC method',
      labelNames: ['method'],
      buckets: CALL_BUCKETS,
      registers,
    })
    this.#events = new MetricEvents(role, (name, labels = {}, by = 1) => this.#counters.get(name)!.inc(labels, by))
  }

  /** A log whose facts are counted on their way, whatever its least level. */
  watch(log: Log): Log {
    const at =
      (level: keyof Log): Log[keyof Log] =>
      (event, fields = {}) => {
        this.#events.take(level, event, fields)
        log[level](event, fields)
      }
    return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
  }

  /** The node answered. */
  called = (method: string, seconds: number): void => this.#calls.observe({ method }, seconds)

  /** A model ran for so many seconds. */
  ran(seconds: number): void {
    this.#execution.observe(seconds)
  }

  /** A number that is read when somebody asks. @param read  undefined where there is nothing to say */
  gauge(name: string, help: string, read: () => number | undefined): void {
    const gauge: Gauge = new Gauge({
      name: `opine_${name}`,
      help,
      registers: [this.registry],
      collect: () => {
        const value = read()
        if (value === undefined) gauge.remove()
        else gauge.set(value)
      },
    })
  }

  /** The same, one number for each of a few words. */
  gauges(name: string, help: string, label: string, read: () => Iterable<readonly [word: string, value: number]>): void {
    const gauge: Gauge = new Gauge({
      name: `opine_${name}`,
      help,
      labelNames: [label],
      registers: [this.registry],
      collect: () => {
        gauge.reset()
        for (const [word, value] of read()) gauge.set({ [label]: word }, value)
      },
    })
  }
}
