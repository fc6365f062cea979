import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

type Artifact = { contractName: string; abi: unknown[]; bytecode: string }

/** Writes one module a contract, `{ abi, bytecode }`, for those whose source lies in `contracts/` and that have an ABI. */
export function writeBindings(artifacts: string, target: string): void {
  rmSync(target, { recursive: true, force: true })
  mkdirSync(target, { recursive: true })
  const root = join(artifacts, 'contracts')
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.json') && !name.endsWith('.dbg.json'),
  )
  for (const file of files.sort()) {
    const artifact = JSON.parse(readFileSync(join(root, file), 'utf8')) as Partial<Artifact>
    if (!artifact.abi?.length || !artifact.contractName) continue
    const text = [
      '// Generated from the contract of this name; see scripts/bindings.ts.',
      `export const ${artifact.contractName} = {`,
      `  abi: ${JSON.stringify(artifact.abi)},`,
      `  bytecode: '${artifact.bytecode}',`,
      '} as const',
    ]
    writeFileSync(join(target, `${artifact.contractName}.ts`), `${text.join('\n')}\n`)
  }
}
