// Runs a TypeScript file of this project on any machine with npm and Node 18 or later:
// fetches the Node that the project needs, installs the dependencies under it, compiles the contracts,
// and then runs the file with the remaining arguments. Each stage is skipped when its stamp is fresh.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const NODE_MAJOR = 24
const QUIET = ['--no-save', '--no-audit', '--no-fund']
const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const state = join(root, '.opine')
const say = (text) => process.stderr.write(`[setup] ${text}\n`)

function run(command, args, env = process.env) {
  const shell = process.platform === 'win32' && command === 'npm'
  const done = spawnSync(command, args, { cwd: root, env, stdio: ['ignore', 2, 2], shell })
  if (!done.error && done.status === 0) return
  say(`failed: ${command} ${args.join(' ')}: ${done.error?.message ?? 'see the lines above'}; mend that and run the same command again`)
  process.exit(done.status || 1)
}

/** The path of a Node of the right version: this one, or one that npm installs below `.opine/`. */
function rightNode() {
  if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR) return process.execPath
  const node = join(state, 'node', 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  if (existsSync(node)) return node
  say(`this is Node ${process.versions.node}; fetching Node ${NODE_MAJOR} for the project alone`)
  // The package's own script puts the binary in its place.
  run('npm', ['install', '--prefix', join(state, 'node'), ...QUIET, '--ignore-scripts=false', `node@${NODE_MAJOR}`])
  return node
}

/** Runs `work` unless the stamp says that it ran for the same content. */
function once(name, content, work, stale = false) {
  const stamp = join(state, `${name}.stamp`)
  const hash = createHash('sha256').update(content).digest('hex')
  if (!stale && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return
  work()
  writeFileSync(stamp, hash)
}

mkdirSync(state, { recursive: true })
const node = rightNode()
const env = {
  ...process.env,
  PATH: `${dirname(node)}${delimiter}${process.env.PATH}`,
  ONNXRUNTIME_NODE_INSTALL: 'skip',
  NODE_NO_WARNINGS: '1',
}
const install = () => {
  say('installing the dependencies')
  run('npm', ['install', ...QUIET], env)
}
once('install', readFileSync(join(root, 'package-lock.json')), install, !existsSync(join(root, 'node_modules')))
run(node, ['scripts/build.ts'], env)
const [file, ...args] = process.argv.slice(2)
if (file) {
  const child = spawn(node, [file, ...args], { cwd: root, env, stdio: 'inherit' })
  // Whoever ends this process means the one that it started; an interrupt reaches both by itself.
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  process.on('SIGINT', () => {})
  child.on('close', (code) => process.exit(code ?? 1))
}
