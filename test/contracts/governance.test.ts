import { before, describe, it } from 'node:test'
import { Governance } from '@opine/abi/generated/Governance.ts'
import { Parameters } from '@opine/abi/generated/Parameters.ts'
import { sampleNetwork } from '@opine/models/exec/reference/sample.ts'
import { rulesOf } from '@opine/node-kit/protocol-terms.ts'
import { expect } from 'chai'
import { Contract, ContractFactory, toBeHex, ZeroAddress } from 'ethers'
import { Arena, ETHER, revertName, TERMS } from '../support/arena.ts'

const [DEPLOYER, GOVERNOR, GUARDIAN, STRANGER] = [0, 1, 2, 3] as const
const TIMELOCK = 2 * 86_400
const RULES = rulesOf(TERMS)

describe('governance', () => {
  let arena: Arena
  const governance = (who: number): Contract => new Contract(arena.deployment.governance, Governance.abi, arena.signers[who]!)
  const parameters = (who: number): Contract => new Contract(arena.deployment.parameters, Parameters.abi, arena.signers[who]!)
  const change = (method: string, rules: object): string => parameters(0).interface.encodeFunctionData(method, [rules])

  /** What governs a change: said, waited for, done. */
  async function enact(data: string): Promise<string> {
    await arena.send(governance(GOVERNOR).getFunction('schedule')(parameters(0).target, data, 0))
    await arena.pass(TIMELOCK)
    return revertName(governance(GOVERNOR).getFunction('execute')(parameters(0).target, data))
  }

  before(async () => {
    const { provider } = await Arena.create(sampleNetwork())
    const accounts = await provider.listAccounts()
    const [governor, guardian] = [accounts[GOVERNOR]!.address, accounts[GUARDIAN]!.address]
    arena = await Arena.create(sampleNetwork(), { ...TERMS, governor, guardian }, provider)
  })

  it('begins with the rules of the deployment, and with no power of the deployer', async () => {
    const rules = parameters(STRANGER)
    expect((await rules.getFunction('requestRules')()).toObject()).to.deep.equal({
      minLiveness: 60n,
      maxLiveness: 2_592_000n,
      maxCallbackGas: 5_000_000n,
      gasPrice: 1_000_000_000n,
      minBond: ETHER,
    })
    const { clock, extension, minBond } = await rules.getFunction('gameRules')()
    expect([clock, extension, minBond]).to.deep.equal([3600n, 300n, ETHER / 10n])
    const { claimWindow, airGap, attestations } = await rules.getFunction('vaultRules')()
    expect([claimWindow, airGap, attestations]).to.deep.equal([3600n, 0n, 0n])
    for (const [role, members] of [
      [0n, [GOVERNOR]],
      [1n, [GOVERNOR]],
      [2n, [GUARDIAN]],
    ] as const) {
      for (const who of [DEPLOYER, GOVERNOR, GUARDIAN, STRANGER] as const) {
        const [isMember, delay] = await governance(0).getFunction('hasRole')(role, arena.addresses[who])
        expect(isMember, `role ${role} of ${who}`).to.equal((members as readonly number[]).includes(who))
        if (isMember) expect(delay).to.equal(who === GOVERNOR ? BigInt(TIMELOCK) : 0n)
      }
    }
  })

  it('lets the governor alone change a parameter, and only when the timelock has passed', async () => {
    const data = change('setGameRules', { ...RULES.game, clock: 7200 })
    const direct = (who: number) =>
      revertName(
        parameters(who)
          .getFunction('setGameRules')
          .staticCall({ ...RULES.game, clock: 7200 }),
      )
    for (const who of [DEPLOYER, GUARDIAN, STRANGER]) {
      expect(await direct(who)).to.equal('AccessManagedUnauthorized')
      expect(await revertName(governance(who).getFunction('schedule').staticCall(parameters(0).target, data, 0))).to.equal(
        'AccessManagerUnauthorizedCall',
      )
    }
    expect(await direct(GOVERNOR), 'unannounced').to.equal('AccessManagerNotScheduled')
    await arena.send(governance(GOVERNOR).getFunction('schedule')(parameters(0).target, data, 0))
    await arena.pass(TIMELOCK - 60)
    expect(await direct(GOVERNOR), 'early').to.equal('AccessManagerNotReady')
    expect((await parameters(0).getFunction('gameRules')()).clock).to.equal(3600n)
    await arena.pass(60)
    await arena.send(governance(GOVERNOR).getFunction('execute')(parameters(0).target, data))
    expect((await parameters(0).getFunction('gameRules')()).clock).to.equal(7200n)
    expect(await direct(GOVERNOR), 'once').to.equal('AccessManagerNotScheduled')
  })

  it('holds its own roles behind the same timelock', async () => {
    const [grant, open] = [
      governance(0).interface.encodeFunctionData('grantRole', [1, arena.addresses[STRANGER], 0]),
      governance(0).interface.encodeFunctionData('setTargetFunctionRole', [parameters(0).target, [toBeHex(0x12345678, 4)], 2]),
    ]
    for (const data of [grant, open]) {
      for (const who of [DEPLOYER, GOVERNOR, GUARDIAN, STRANGER]) {
        expect(await revertName(governance(who).getFunction('execute').staticCall(governance(0).target, data))).to.match(
          /AccessManager(UnauthorizedCall|NotScheduled)/,
        )
      }
    }
  })

  const bounds: readonly (readonly [string, keyof typeof RULES, Readonly<Record<string, readonly [number | bigint, number | bigint]>>])[] =
    [
      [
        'setRequestRules',
        'request',
        {
          minLiveness: [59, 7 * 86_400 + 1],
          maxLiveness: [7 * 86_400 - 1, 90 * 86_400 + 1],
          maxCallbackGas: [99_999, 7_000_001],
          gasPrice: [0, 10n ** 13n + 1n],
          minBond: [10n ** 12n - 1n, 10_000n * ETHER + 1n],
        },
      ],
      [
        'setGameRules',
        'game',
        {
          clock: [599, 30 * 86_400 + 1],
          extension: [59, 3601],
          gasPrice: [0, 10n ** 13n + 1n],
          baseFeeMultiple: [0, 101],
          marginBps: [9_999, 50_001],
          minBond: [10n ** 12n - 1n, 10_000n * ETHER + 1n],
        },
      ],
      [
        'setVaultRules',
        'vault',
        {
          unbondingDelay: [0, 30 * 86_400 + 1],
          airGap: [0, 7 * 86_400 + 1],
          maxFreeze: [3599, 14 * 86_400 + 1],
          exposureBps: [999, 10_001],
          claimWindow: [599, 30 * 86_400 + 1],
          attestations: [0, 17],
          attestationStake: [10n ** 12n - 1n, 10_000n * ETHER + 1n],
        },
      ],
    ]

  it('cannot set a parameter out of the range that the code allows, whatever was announced', async () => {
    for (const [method, part, fields] of bounds) {
      for (const [field, [below, above]] of Object.entries(fields)) {
        for (const value of [below, above]) {
          if (value === 0 && ['unbondingDelay', 'airGap', 'attestations'].includes(field)) continue
          const data = change(method, { ...RULES[part], [field]: value })
          expect(await enact(data), `${field} ${value}`).to.equal('Parameters_OutOfRange')
        }
      }
    }
    const bad = { ...RULES.game, clock: 1 }
    const factory = new ContractFactory(Parameters.abi as never, Parameters.bytecode, arena.signers[DEPLOYER]!)
    const deployment = factory.deploy(ZeroAddress, RULES.request, bad, RULES.vault)
    expect(await revertName(deployment), 'nor can a deployment').to.equal('Parameters_OutOfRange')
  })

  it('sets every parameter to either end of its range', async () => {
    for (const [method, part, fields] of bounds) {
      for (const end of [0, 1] as const) {
        const entries = Object.entries(fields).map(([field, outside]) => {
          const value = BigInt(outside[end])
          if (value === 0n && ['unbondingDelay', 'airGap', 'attestations'].includes(field)) return [field, 0n]
          if (field === 'extension' && end === 1) return [field, 30n * 86_400n]
          return [field, end === 0 ? value + 1n : value - 1n]
        })
        const rules = Object.fromEntries(entries) as Record<string, bigint>
        expect(await enact(change(method, rules))).to.equal('none')
        expect((await parameters(0).getFunction(`${part}Rules`)()).toObject()).to.deep.equal(rules)
      }
    }
  })
})
