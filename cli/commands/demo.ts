import { Command } from 'commander'
import { runDemo } from '../demo/demo.ts'
import { openScreen } from '../demo/screen.ts'
import { whole } from '../options.ts'
import { printJson } from '../output.ts'

type Options = { readonly seed: number; readonly fast?: true; readonly json?: true }

/** Milliseconds that a reader has for each move on a terminal. */
const PAUSE = 250

export const demoCommand = (): Command =>
  new Command('demo')
    .description('watch a lie be found: a chain, two operators, a challenger and a consumer on this machine, in about half a minute')
    .option('--seed <n>', 'draws the image and the lie', whole(0, 0xffffffff), 4)
    .option('--fast', 'do not pause between moves')
    .option('--json', 'print the result as one JSON object on stdout, the story on stderr')
    .addHelpText(
      'after',
      `
Ends with exit code 0 only if, by the chain's state, the liar was slashed, the challenger was paid, and the consumer got the right digit.

Examples:
  opine demo
  opine demo --seed 11 --fast
  opine demo --json 2>/dev/null`,
    )
    .action(async (options: Options) => {
      const paced = !options.fast && !options.json && process.stdout.isTTY === true
      const result = await runDemo({ seed: options.seed, pause: paced ? PAUSE : 0 }, openScreen(options.json === true))
      if (options.json) printJson(result)
      if (!result.ok) process.exitCode = 1
    })
