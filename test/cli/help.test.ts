import { describe, it } from 'node:test'
import { opineCommand } from '@opine/cli/run.ts'
import { expect } from 'chai'
import { opine } from '../support/opine.ts'

type Node = { readonly name: () => string; readonly commands: readonly Node[] }

/** Every command that does something, as it is typed. */
function leaves(command: Node, path: readonly string[] = []): (readonly string[])[] {
  return command.commands.length === 0 ? [path] : command.commands.flatMap((child) => leaves(child, [...path, child.name()]))
}

describe('help', { concurrency: 3 }, () => {
  for (const path of leaves(opineCommand())) {
    it(`opine ${path.join(' ')} --help shows examples of itself`, async () => {
      const { code, stdout, stderr } = await opine([...path, '--help'])
      expect(stderr).to.equal('')
      expect(code).to.equal(0)
      expect(stdout).to.contain('Usage: opine ')
      expect(stdout).to.match(/Examples?:\n/)
      expect(stdout.split(/Examples?:\n/)[1]).to.contain(`opine ${path.join(' ')}`)
    })
  }
})
