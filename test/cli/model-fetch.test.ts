import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { loadModel } from '@opine/models/load.ts'
import { deployProtocol } from '@opine/node-kit/deployment.ts'
import { writeDeployment } from '@opine/node-kit/deployment-file.ts'
import { TestServer } from '@opine/node-kit/model-store/test-server.ts'
import { expect } from 'chai'
import { TERMS } from '../support/arena.ts'
import { startDaemon, until } from '../support/daemon.ts'
import { accountKey, LocalChain } from '../support/local-chain.ts'
import { opine } from '../support/opine.ts'

const DIGITS = 'models/zoo/digits/digits.onnx'

describe('a registered model', { concurrency: false }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'opine-fetch-'))
  const at = (name: string): string => join(folder, name)
  const digits = readFileSync(DIGITS)
  const { root } = loadModel(digits)
  let local: LocalChain
  let server: TestServer
  let versionId: string
  let url: string
  const chain = (): string[] => ['--deployment', at('deployment.json'), '--rpc', `http://127.0.0.1:${local.port}`]
  const own = (): string[] => [...chain(), '--private-uris']
  const fetchModel = (source: string, name: string, ...more: string[]) =>
    opine(['model', 'fetch', source, '--out', at(name), '--data', at('data'), ...more])

  before(async () => {
    local = await LocalChain.start()
    server = await TestServer.start()
    writeDeployment(at('deployment.json'), await deployProtocol(await local.signer(0), TERMS))
    url = server.file('/digits.onnx', digits)
  })
  after(async () => {
    await server.close()
    await local.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('is registered with the words that others need', async () => {
    const { stdout, stderr, code } = await opine(['model', 'register', DIGITS, '--uri', url, ...chain()], { OPINE_KEY: accountKey(1) })
    expect(code, stderr).to.equal(0)
    versionId = /version id +(0x[0-9a-f]{64})/.exec(stdout)![1]!
    expect(stdout).to.include(`opine model fetch ${versionId} --out model.opine --deployment FILE`)
    expect(stdout).to.include(`--model ${versionId}`)
  })

  it('is fetched by its version, verified and kept', async () => {
    const { stdout, code } = await fetchModel(versionId, 'a.onnx', ...own(), '--json')
    expect(code).to.equal(0)
    const said = JSON.parse(stdout) as { programRoot: string; files: { path: string; bytes: number }[] }
    expect(said.programRoot).to.equal(root)
    expect(said.files.map(({ path, bytes }) => [path, bytes])).to.deep.equal([[at('a.onnx'), digits.length]])
    expect(readFileSync(at('a.onnx')).equals(digits)).to.equal(true)
    const asked = server.asked.length
    const again = await fetchModel(versionId, 'b.onnx')
    expect(again.code, again.stderr).to.equal(0)
    expect(readFileSync(at('b.onnx')).equals(digits), 'without node, deployment and server').to.equal(true)
    expect(server.asked).to.have.length(asked)
  })

  it('is found by its program too, and refused when it is another one', async () => {
    const byProgram = await fetchModel(root, 'c.onnx', ...own())
    expect(byProgram.stdout).to.include(`program root  ${root}`)
    rmSync(at('data'), { recursive: true })
    server.file('/digits.onnx', readFileSync('models/zoo/credit/credit.onnx'))
    const wrong = await fetchModel(versionId, 'd.onnx', ...own())
    expect(wrong.stderr).to.match(/\nerror MODEL_WRONG: http:\/\/127\.0\.0\.1:\d+\/digits\.onnx is program 0x[0-9a-f]{64}, but 0x/)
    expect(wrong.code).to.equal(1)
    expect(readdirSync(folder)).not.to.include('d.onnx')
    expect(readdirSync(at('data/models'))).to.deep.equal([])
  })

  it('that is not, and a source that is none, are one typed error', async () => {
    const id = `0x${'12'.repeat(32)}`
    expect((await fetchModel(id, 'e', ...chain())).stderr).to.match(
      /^error MODEL_UNREGISTERED: 0x1212.* is neither a version nor a program/,
    )
    expect((await fetchModel(versionId, 'e', ...chain())).stderr).to.match(/error MODEL_PRIVATE: .*give --private-uris/)
    expect((await fetchModel(id, 'e')).stderr).to.match(
      /^error CONFIG_MISSING: only the registry knows where .*; give --deployment FILE\n$/,
    )
    expect((await fetchModel('gopher://a', 'e')).stderr).to.match(/^error USAGE: .*cannot be fetched by gopher/)
  })

  it('runs in a daemon by its version alone', async () => {
    server.file('/digits.onnx', digits)
    writeFileSync(
      at('config.json'),
      JSON.stringify({ model: [versionId], data: at('tower'), deployment: at('deployment.json'), watchtower: true, privateUris: true }),
    )
    const args = ['challenger', 'run', '--config', at('config.json'), '--rpc', local.url, '--log', 'json']
    const tower = startDaemon(args, accountKey(2))
    await until(async () => tower.said().includes('"event":"started"'), 30, tower.said, tower).finally(tower.stop)
    const lines = tower
      .said()
      .split('\n')
      .map((line) => JSON.parse(line) as { event: string; models?: string[]; settings?: object })
    expect(lines[0]!.settings).to.deep.include({ watchtower: { value: 'true', from: 'file' }, rpc: { value: local.url, from: 'flag' } })
    expect(lines.map(({ event }) => event)).to.include.members(['configuration', 'modelFetched', 'started'])
    expect(lines.find(({ event }) => event === 'started')!.models).to.deep.equal([root])
  })
})
