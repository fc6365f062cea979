import { challengerCommand } from '@opine/challenger/main.ts'
import { createLog } from '@opine/node-kit/log.ts'
import { useNativeHashing } from '@opine/node-kit/native-hash.ts'
import { oracleNodeCommand } from '@opine/oracle-node/main.ts'
import { Command } from 'commander'
import { attestationCommand } from './commands/attestation.ts'
import { chainCommand } from './commands/chain.ts'
import { demoCommand } from './commands/demo.ts'
import { deployCommand } from './commands/deploy.ts'
import { keyCommand } from './commands/key.ts'
import { modelCommand } from './commands/model.ts'
import { operatorCommand } from './commands/operator.ts'
import { requestCommand } from './commands/request.ts'
import { expectedFailure, isCommanderError } from './failure.ts'

/** The whole command line. Errors of usage are thrown as `CommanderError`, unprinted. */
export function opineCommand(): Command {
  const opine = new Command('opine')
    .description('An optimistic oracle for AI inference, settled on chain by recomputing one block of one number.')
    // Options behind a command are that command's own, also where one above has an option of the same name.
    .enablePositionalOptions()
    .addCommand(demoCommand())
    .addCommand(modelCommand())
    .addCommand(chainCommand())
    .addCommand(deployCommand())
    .addCommand(keyCommand())
    .addCommand(operatorCommand())
    .addCommand(attestationCommand())
    .addCommand(requestCommand())
    .addCommand(oracleNodeCommand())
    .addCommand(challengerCommand())
    .hook('preAction', (_, command) => hashNatively(command))
  return withThrownErrors(opine)
}

/** The daemons do it themselves, with their own log. */
function hashNatively(command: Command): void {
  const daemons: readonly string[] = ['oracle-node', 'challenger']
  if (!daemons.includes(command.parent?.name() ?? '')) useNativeHashing(createLog({ format: 'text', service: 'opine' }))
}

/**
 * Runs one command line and says how it ended.
 * @param args without the program's own name
 * @returns    exit code: 0, or 1 after one line `error CODE: message` on stderr; what nobody expected keeps its stack
 */
export async function runCli(args: readonly string[]): Promise<number> {
  try {
    await opineCommand().parseAsync(args, { from: 'user' })
    return Number(process.exitCode ?? 0)
  } catch (error) {
    if (isCommanderError(error) && error.exitCode === 0) return 0
    const failure = expectedFailure(error)
    process.stderr.write(failure ? `error ${failure.code}: ${failure.message}\n` : `${(error as Error)?.stack ?? String(error)}\n`)
    return 1
  }
}

/** Commands that were built elsewhere do not inherit these settings by being mounted. */
function withThrownErrors(command: Command): Command {
  command.exitOverride().configureOutput({ writeErr: () => {} })
  for (const child of command.commands) withThrownErrors(child)
  return command
}
