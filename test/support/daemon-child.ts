/** A daemon as a process of its own: `oracle-node|challenger FLAGS...`. */
import { challengerCommand } from '@opine/challenger/main.ts'
import { oracleNodeCommand } from '@opine/oracle-node/main.ts'

const [name, ...flags] = process.argv.slice(2)
const command = name === 'challenger' ? challengerCommand() : oracleNodeCommand()
await command.parseAsync(['run', ...flags], { from: 'user' })
