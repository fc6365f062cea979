import { type Daemon, type ManualCommand, manualCommand } from './command.ts'
import { find } from './find.ts'
import { list, listText } from './list.ts'
import { runTrace, runTraceText } from './run-trace.ts'
import { namedAccount } from './session.ts'
import { lookingSettings } from './settings.ts'
import { show, showText } from './show.ts'

/** `list`, `show` and `run-trace`: what is on the chain, beside what the models at hand say. */
export function lookingCommands({ table: known, machine }: Daemon): ManualCommand[] {
  const table = lookingSettings(known)
  const listing = manualCommand(
    known,
    {
      usage: 'list',
      description: 'list requests, assertions and games',
      table,
      example: '--all',
      options: [
        ['--all', 'also what is over'],
        ['--account <ADDRESS>', 'only what it takes part in'],
      ],
    },
    async (view, settings, given) => {
      const listed = await list(view, await machine(view, settings), { account: namedAccount(given), all: given.all === true })
      return { json: listed, text: listText(listed) }
    },
  )
  const showing = manualCommand(
    known,
    { usage: 'show <ID>', description: 'show all that is known of a request, an assertion or a game', table, example: '0x1f2e3d4c' },
    async (view, settings, _, id) => {
      const shown = await show(view, await machine(view, settings), find(view.journal, id))
      return { json: shown, text: showText(shown, view) }
    },
  )
  const running = manualCommand(
    known,
    {
      usage: 'run-trace <REQUEST>',
      description: 'run a request’s model here and compare with what was asserted',
      table,
      example: '0x1f2e3d4c --model digits.onnx',
      options: [['--account <ADDRESS>', 'also print the root of its true answer']],
    },
    async (view, settings, given, id) => {
      const ran = runTrace(view, await machine(view, settings), find(view.journal, id, ['request']).id, namedAccount(given))
      return { json: ran, text: runTraceText(ran) }
    },
  )
  return [listing, showing, running]
}
