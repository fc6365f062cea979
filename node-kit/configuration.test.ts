import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { expect } from 'chai'
import { parseAmount, parseRpcUrl, parseText, parseWhole, showUrl } from './config.ts'
import { configText } from './config-report.ts'
import { type Given, readConfiguration } from './configuration.ts'
import { nearest } from './nearest.ts'
import { type Environment, pick, type Settings, switchSetting } from './setting.ts'

const folder = mkdtempSync(join(tmpdir(), 'opine-configuration-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const TABLE = {
  rpc: { argument: 'URL', required: true, parse: parseRpcUrl, show: showUrl, description: 'node' },
  model: { argument: 'FILE', repeats: true, parse: parseText, description: 'models' },
  poll: { argument: 'MS', default: '4000', number: true, parse: parseWhole(10, 60_000), description: 'how often' },
  feeCap: { argument: 'AMOUNT', parse: parseAmount, description: 'cap' },
  watchtower: switchSetting('only looks'),
  noPeers: switchSetting('asks nobody'),
} as const satisfies Settings

const file = (content: unknown): string => {
  const path = join(folder, `${Math.random()}.json`)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

const read = (given: Given, env: Environment = {}) => readConfiguration(TABLE, given, env)

function refusal(given: Given, env: Environment = {}): OpineError {
  try {
    read(given, env)
  } catch (error) {
    expect(error).to.be.instanceOf(OpineError)
    return error as OpineError
  }
  throw new Error('it was not refused')
}

describe('configuration', () => {
  it('takes the flag before the environment, that before the file, and that before the default', () => {
    const config = file({ rpc: 'ws://file', poll: 30, feeCap: '3gwei', model: ['a', 'b'], watchtower: true })
    const env = { OPINE_RPC: 'ws://env', OPINE_POLL: '20', OPINE_CONFIG: config, OPINE_FEE_CAP: '' }
    const { values, effective } = read({ rpc: 'ws://flag' }, env)
    expect(values).to.deep.equal({
      rpc: 'ws://flag',
      model: ['a', 'b'],
      poll: 20,
      feeCap: 3_000_000_000n,
      watchtower: true,
      noPeers: false,
    })
    expect(effective.map(({ name, from }) => `${name} ${from}`)).to.deep.equal([
      'rpc flag',
      'model file',
      'poll environment',
      'feeCap file',
      'watchtower file',
      'noPeers default',
    ])
    expect(read({ rpc: 'ws://a', config }, { OPINE_CONFIG: '/absent' }).values.poll, 'the flag names the file').to.equal(30)
  })

  it('reads lists and switches from each place', () => {
    const rpc = 'ws://a'
    expect(read({ rpc, model: ['a', 'b'] }, { OPINE_MODEL: 'c' }).values.model, 'a list replaces a list').to.deep.equal(['a', 'b'])
    expect(read({ rpc }, { OPINE_MODEL: 'c, d' }).values.model).to.deep.equal(['c', 'd'])
    expect(read({ rpc, config: file({ model: 'one' }) }).values.model).to.deep.equal(['one'])
    expect(read({ rpc }).values.model).to.deep.equal([])
    expect(read({ rpc, watchtower: true }).values.watchtower).to.equal(true)
    expect(read({ rpc }, { OPINE_WATCHTOWER: '1' }).values.watchtower).to.equal(true)
    expect(read({ rpc, peers: false }).values.noPeers, 'commander names --no-peers so').to.equal(true)
    expect(read({ rpc, peers: true }).values.noPeers).to.equal(false)
  })

  it('refuses by name, place and what is accepted', () => {
    const rpc = 'ws://a'
    const cases: [Given, Environment, string, string][] = [
      [{}, {}, 'CONFIG_MISSING', '--rpc is not given; give --rpc, set OPINE_RPC, or write "rpc" in the configuration file'],
      [{ rpc: '' }, {}, 'CONFIG_INVALID', '--rpc: "" is no WebSocket address'],
      [{ rpc }, { OPINE_POLL: '5' }, 'CONFIG_INVALID', 'OPINE_POLL (environment): "5" is no whole number'],
      [{ rpc }, { OPINE_WATCHTOWER: 'yes' }, 'CONFIG_INVALID', '"yes" is neither true nor false'],
      [{ rpc, config: file({ poll: 5 }) }, {}, 'CONFIG_INVALID', '.json: "poll": "5" is no whole number'],
      [{ rpc, config: file({ fee_cap: '1' }) }, {}, 'CONFIG_FILE', 'there is no setting "fee_cap"; the nearest is "feeCap"'],
      [{ rpc, config: file('{"__proto__":1}') }, {}, 'CONFIG_FILE', 'no setting "__proto__"'],
      [{ rpc, config: file({ privateKey: '0x12' }) }, {}, 'CONFIG_FILE', 'keys and passwords are never in this file'],
      [{ rpc, config: file({ feeCap: 0.5 }) }, {}, 'CONFIG_FILE', '"feeCap" must be a text, got the number 0.5'],
      [{ rpc, config: file({ watchtower: 'true' }) }, {}, 'CONFIG_FILE', '"watchtower" must be true or false, got a text'],
      [{ rpc, config: file({ poll: null }) }, {}, 'CONFIG_FILE', '"poll" must be a number, got null'],
      [{ rpc, config: file({ model: ['a', {}] }) }, {}, 'CONFIG_FILE', '"model" must be a list of texts, got a list with an object'],
      [{ rpc, config: file({ rpc: ['ws://a'] }) }, {}, 'CONFIG_FILE', '"rpc" must be a text, got a list'],
      [{ rpc, config: file('{"rpc": secret}') }, {}, 'CONFIG_FILE', 'is no JSON'],
      [{ rpc, config: file('[]') }, {}, 'CONFIG_FILE', 'must hold one JSON object'],
      [{ rpc, config: join(folder, 'absent') }, {}, 'CONFIG_UNREADABLE', '(ENOENT); check --config'],
      [{ rpc, config: folder }, {}, 'CONFIG_UNREADABLE', '(EISDIR)'],
    ]
    for (const [given, env, code, text] of cases) {
      const { code: found, message } = refusal(given, env)
      expect(message).to.include(text)
      expect(found, message).to.equal(code)
      expect(message, 'a file is not quoted').not.to.include('secret')
    }
  })

  it('lets a command that needs less read the same file', () => {
    const config = file({ rpc: 'ws://a', poll: 50 })
    expect(readConfiguration(pick(TABLE, 'rpc'), { config }, {}, TABLE).values).to.deep.equal({ rpc: 'ws://a' })
    expect(() => readConfiguration(pick(TABLE, 'rpc'), { config }, {})).to.throw('no setting "poll"')
  })

  it('is printed with where each value is from, and without secrets', () => {
    const { effective } = read({ rpc: 'wss://me:pass@node.example/v3/0123456789abcdef0123', model: ['a', 'b'] }, { OPINE_KEY: 'hidden' })
    const text = configText(effective, 'text')
    expect(text).to.match(/^rpc +wss:\/\/\*\*\*@node\.example\/v3\/\*\*\* +flag$/m)
    expect(text).to.match(/^model +a, b +flag$/m)
    expect(text).to.match(/^feeCap +- +unset$/m)
    const json = JSON.parse(configText(effective, 'json')) as object
    expect(json).to.deep.include({
      model: { value: ['a', 'b'], from: 'flag' },
      poll: { value: '4000', from: 'default' },
      feeCap: { value: null, from: 'unset' },
    })
    expect(text + JSON.stringify(json)).not.to.match(/pass|0123|hidden/)
  })

  it('knows the nearest word', () => {
    const names = Object.keys(TABLE)
    expect(nearest('modle', names)).to.equal('model')
    expect(nearest('MODELS', names)).to.equal('model')
    expect(nearest('fee-cap', names)).to.equal('feeCap')
  })
})
