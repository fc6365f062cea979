import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import type { OpineError } from '@opine/dispute-game/errors.ts'
import { loadNamedModel } from '@opine/models/load.ts'
import { MessageWriter } from '@opine/models/onnx/writer.ts'
import { expect } from 'chai'
import type { ModelStoreOptions } from './model-store.ts'
import { ModelStore } from './model-store.ts'
import { parseModelSource } from './source.ts'
import { TestServer } from './test-server.ts'

const WEIGHTS = new Uint8Array(Float32Array.of(10, 20, 30).buffer)

/** `y = x + w`, where `w` is in another file. */
function modelWith(location: string): Uint8Array {
  const entry = new MessageWriter().text(1, 'location').text(2, location)
  const weights = new MessageWriter().integer(1, 3).integer(2, 1).text(8, 'w').message(13, entry).integer(14, 1)
  const port = (name: string): MessageWriter => {
    const extents = new MessageWriter().message(1, new MessageWriter().integer(1, 3))
    return new MessageWriter()
      .text(1, name)
      .message(2, new MessageWriter().message(1, new MessageWriter().integer(1, 1).message(2, extents)))
  }
  const node = new MessageWriter().text(1, 'x').text(1, 'w').text(2, 'y').text(4, 'Add')
  const graph = new MessageWriter().message(1, node).text(2, 'g').message(5, weights).message(11, port('x')).message(12, port('y'))
  return new MessageWriter().integer(1, 8).message(7, graph).message(8, new MessageWriter().integer(2, 17)).finish()
}

describe('a model whose tensors are in other files, as the daemons load it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'opine-external-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  const save = (name: string, bytes: Uint8Array): string => {
    writeFileSync(join(folder, name), bytes)
    return join(folder, name)
  }
  const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
  const options: ModelStoreOptions = {
    folder: join(folder, 'models'),
    gateways: [],
    limit: 10_000,
    log: silent,
    signal: new AbortController().signal,
  }
  const load = (source: string) => new ModelStore(options).load(parseModelSource(source), loadNamedModel, null)
  const codeOf = (source: string): Promise<string> =>
    load(source).then(
      () => 'none',
      (error: OpineError) => error.code,
    )

  it('is one program from the disk, from the web, and kept', async () => {
    save('weights.bin', WEIGHTS)
    const local = await load(save('local.onnx', modelWith('weights.bin')))
    const server = await TestServer.start()
    const url = server.file('/net/m.onnx', modelWith('weights.bin'))
    server.file('/net/weights.bin', WEIGHTS)
    expect((await load(url)).root).to.equal(local.root)
    await server.close()
    expect((await load(url)).root, 'without the server').to.equal(local.root)
  })

  it('reads nothing outside of its folder', async () => {
    symlinkSync('/etc/hostname', join(folder, 'link.bin'))
    expect(await codeOf(save('up.onnx', modelWith('../weights.bin')))).to.equal('EXTERNAL_PATH')
    expect(await codeOf(save('root.onnx', modelWith('/etc/hostname')))).to.equal('EXTERNAL_PATH')
    expect(await codeOf(save('linked.onnx', modelWith('link.bin')))).to.equal('EXTERNAL_PATH')
    expect(await codeOf(save('absent.onnx', modelWith('absent.bin')))).to.equal('FILE_UNREADABLE')
    const server = await TestServer.start()
    try {
      server.file('/secret.bin', WEIGHTS)
      for (const location of ['../secret.bin', '/secret.bin', 'http://127.0.0.1/secret.bin', '..\\secret.bin'])
        expect(await codeOf(server.file('/net/m.onnx', modelWith(location))), location).to.equal('EXTERNAL_PATH')
      expect(await codeOf(server.file('/net/m.onnx', modelWith('%2e%2e/secret.bin')))).to.equal('MODEL_HTTP')
      expect(server.asked.map(({ path }) => path)).not.to.include('/secret.bin')
    } finally {
      await server.close()
    }
  })
})
