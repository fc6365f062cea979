import { table } from '../bench/table.ts'
import type { Games, LevelRow, Measurement, Row } from './rows.ts'

export const MOST_ROUNDS = 8
const MOST_GAS = 1_200_000

/** Rounds to one step as their own makers state them, each for its own kind of claim. */
const OTHERS: readonly (readonly [name: string, rounds: string, step: string])[] = [
  ['opML, its tutorial', '25', 'MIPS instruction'],
  ['veritas (Sui)', '25', 'tensor micro-operation'],
  ['Arbitrum BoLD', '68', 'WASM instruction'],
  ['Optimism', '73, the depth of its game', 'MIPS instruction'],
  ['Cartesi PRT', '92', 'RISC-V instruction'],
]

const number = (value: number): string => value.toLocaleString('en-US')
const judged = (value: number, most: number): string => `${number(most)}: ${value <= most ? 'met' : 'not met'}`

const rowTable = (rows: readonly Row[]): string[] =>
  table(
    ['transaction', 'gas', 'target'],
    rows.map(({ name, gas, target }) => [name, number(gas), target === undefined ? '' : judged(gas, target)]),
  )

/** The page docs/GAS.md. */
export function page({ sections, games }: Measurement): string {
  const heading = (title: string, note: string, lines: readonly string[]): string => `## ${title}\n\n${note}\n\n${lines.join('\n')}\n`
  return [
    '# Gas\n',
    'Written by `npm run gas -- --write`; do not edit. Gas of whole transactions, calldata included, measured on the embedded chain. `npm test` fails where',
    'a figure of today is more than 3 % above or below the one here.\n',
    ...sections.map(({ title, note, rows }) => heading(title, note, rowTable(rows))),
    gamesPart(games),
    levelsPart(games),
    othersPart(games),
  ].join('\n')
}

function gamesPart({ activations, kernels, chosen, lies, levels }: Games): string {
  const worst = levels.find((row) => row.levels === chosen)!
  return `## Whole games

Lies at random places of a network of ${number(activations)} activations in ${kernels} kernels, cut into segments as the compiler cuts; after each lie all is recomputed, so
that one transition is false. A reveal posts ${2 ** chosen} nodes. A round is a move of the asserter and the challenger's answer; the last answer is the step. Gas is that of
both sides, preparation and opening included, step excluded.

${table(
  ['lie', 'rounds', 'gas', 'step'],
  lies.map(({ lie, rounds, both, step }) => [`\`${lie}\``, String(rounds), number(both), number(step)]),
).join('\n')}

- rounds, at most ${judged(worst.rounds, MOST_ROUNDS)}
- gas, preparation and opening included, at most ${judged(worst.both, MOST_GAS)}
- gas of the moves alone, at most ${judged(worst.moves, MOST_GAS)}
`
}

function levelsPart({ chosen, levels }: Games): string {
  const row = ({ levels: each, reveal, rounds, asserter, challenger, both }: LevelRow): string[] => [
    `${2 ** each}${each === chosen ? ' (chosen)' : ''}`,
    String(rounds),
    number(reveal),
    number(asserter),
    number(challenger),
    number(both),
  ]
  return `## Nodes a reveal

The worst of the dearest of these games for each number of nodes that a reveal can post. Decision
[levels](decisions/0009-levels.md) says how the choice was made.

${table(['nodes', 'rounds', 'dearest reveal', 'gas of the asserter', 'gas of the challenger', 'gas of both'], levels.map(row)).join('\n')}
`
}

function othersPart({ chosen, levels, activations }: Games): string {
  const { rounds } = levels.find((row) => row.levels === chosen)!
  return `## Rounds to one step

What others state of their own games, each for its own kind of claim.

${table(
  ['game', 'rounds', 'last step'],
  [...OTHERS, ['**Opine**', `${rounds} for ${number(activations)} activations`, 'one block: at most 128 multiply-adds']],
).join('\n')}
`
}
