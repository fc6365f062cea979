import { before, describe, it } from 'node:test'
import { Attestations } from '@opine/abi/generated/Attestations.ts'
import { Governance } from '@opine/abi/generated/Governance.ts'
import { Parameters } from '@opine/abi/generated/Parameters.ts'
import { branch, rootOf } from '@opine/dispute-game/merkle/tree.ts'
import { sampleImage, sampleNetwork } from '@opine/models/exec/reference/sample.ts'
import { traceTree } from '@opine/models/trace/commit.ts'
import { parseLie } from '@opine/models/trace/lie.ts'
import { placeProof } from '@opine/models/trace/place-proof.ts'
import { tellLie } from '@opine/models/trace/tell-lie.ts'
import { expect } from 'chai'
import { Contract, type Result } from 'ethers'
import { Arena, ETHER, TERMS } from '../support/arena.ts'
import { errorName } from '../support/error-name.ts'
import { EXTREMES } from '../support/extremes.ts'
import { play, STATUS } from '../support/player.ts'

const [CONSUMER, LIAR, HONEST, CHALLENGER, ATTESTER, LEAVER, GOVERNOR, GUARDIAN, STRANGER] = [1, 2, 3, 4, 5, 6, 7, 8, 9] as const
const DAY = 86_400
const BURNED = '0x000000000000000000000000000000000000dEaD'

describe('governance cannot change anything under way or touch money', () => {
  let arena: Arena
  let governance: Contract
  let parameters: Contract
  let attestations: Contract
  const program = sampleNetwork()

  before(async () => {
    const { provider } = await Arena.create(program)
    const accounts = await provider.listAccounts()
    const [governor, guardian] = [accounts[GOVERNOR]!.address, accounts[GUARDIAN]!.address]
    const terms = { ...TERMS, governor, guardian, timelock: 0, gasPrice: 1n, airGap: 1000, unbondingDelay: 1000 }
    arena = await Arena.create(program, terms, provider)
    governance = new Contract(arena.deployment.governance, Governance.abi, arena.signers[GOVERNOR]!)
    parameters = new Contract(arena.deployment.parameters, Parameters.abi, arena.signers[GOVERNOR]!)
    attestations = new Contract(arena.deployment.attestations, Attestations.abi, arena.signers[ATTESTER]!)
    for (const who of [LIAR, HONEST, ATTESTER]) await arena.stake(who, 100n * ETHER)
  })

  /** Every account's and contract's money in the vault, and what was burned. */
  async function money(): Promise<object> {
    const { oracle, game, claims, attestations: attesting, models, parameters: rules, governance: roles } = arena.deployment
    const vault = arena.operators(0)
    const owned: Record<string, unknown> = { burned: await arena.provider.getBalance(BURNED) }
    for (const address of [...arena.addresses, oracle, game, claims, attesting, models, rules, roles]) {
      const ask = (method: string): Promise<Result> => vault.getFunction(method)(address)
      owned[address] = [(await ask('stakeOf')).toArray(), await ask('payoutOf'), (await ask('unbondingOf'))[0]]
    }
    return owned
  }

  /** All that governance and guardian can do: to every rule, every account and contract, and to the roles themselves. */
  async function strike(rules: (typeof EXTREMES)[number]): Promise<void> {
    const contracts = Object.values(arena.deployment).filter((value) => typeof value === 'string')
    for (const [method, change] of Object.entries(rules)) await arena.send(parameters.getFunction(method)(change))
    for (const address of [...arena.addresses, ...contracts]) await arena.send(arena.operators(GUARDIAN).getFunction('freeze')(address))
    await arena.send(governance.getFunction('grantRole')(0, arena.addresses[STRANGER], 0))
    const selectors = ['slash', 'transferPayout', 'burnPayout', 'lock', 'release'].map(
      (name) => arena.operators(0).interface.getFunction(name)!.selector,
    )
    await arena.send(governance.getFunction('setTargetFunctionRole')(arena.deployment.operators, selectors, 0))
    for (const name of ['slash', 'transferPayout', 'burnPayout', 'lock', 'release']) {
      const args = { slash: [arena.addresses[HONEST], 1, [], []], burnPayout: [1] }[name] ?? [arena.addresses[HONEST], 1]
      const call = arena
        .operators(GOVERNOR)
        .getFunction(name)
        .staticCall(...args)
      expect(await errorName(arena.operators(0), call), `${name}, with its role granted`).to.equal('OperatorRegistry_NotProtocol')
    }
    for (const target of [arena.deployment.operators, arena.deployment.parameters]) {
      await arena.send(governance.getFunction('setTargetClosed')(target, true))
      await arena.send(governance.getFunction('updateAuthority')(target, arena.deployment.oracle))
    }
  }

  /** A request with a lie, its game and an honest answer, one without an answer, a demand, a stake that leaves; then the strike; then how all ends. */
  async function story(rules: (typeof EXTREMES)[number] | null): Promise<object> {
    const asked = await arena.ask(CONSUMER, sampleImage(1), { liveness: 3600 })
    const truth = arena.truth(asked.input)
    const lying = await arena.assert(LIAR, asked, tellLie(truth, parseLie('3:4:downstream:0x800000')).trace)
    const honest = await arena.assert(HONEST, asked, truth)
    const gameId = await arena.open(CHALLENGER, lying, arena.ownRoot(CHALLENGER, asked.requestId, truth))
    const open = await arena.ask(CONSUMER, sampleImage(2), { liveness: 3600 })
    await arena.stake(LEAVER, 9n)
    await arena.send(arena.operators(LEAVER).getFunction('beginUnstake')(4n))
    await arena.send(attestations.getFunction('attest')(arena.versionId))
    await arena.send(attestations.getFunction('demand')(arena.versionId, 2 ** 32 - 1, { value: ETHER }))
    for (let i = 0; i < 3; i++) await arena.provider.send('evm_mine', [])
    await arena.send(attestations.getFunction('draw')(arena.versionId))

    const state = async (): Promise<unknown[]> => [
      await money(),
      (await arena.oracle(0).getFunction('request')(asked.requestId)).toArray(true),
      (await arena.oracle(0).getFunction('request')(open.requestId)).toArray(true),
      (await arena.oracle(0).getFunction('assertion')(lying.id)).toArray(true),
      (await arena.oracle(0).getFunction('assertion')(honest.id)).toArray(true),
      (await arena.game(0).getFunction('game')(gameId)).toArray(true),
      (await attestations.getFunction('attestationOf')(arena.versionId, arena.addresses[ATTESTER])).toArray(),
      (await attestations.getFunction('demandOf')(arena.versionId)).toArray(),
      await arena.operators(0).getFunction('unbondingOf')(arena.addresses[LEAVER]),
      (await arena.models(0).getFunction('version')(arena.versionId)).toArray(),
    ]
    const earlier = await state()
    if (rules) await strike(rules)
    expect(await state()).to.deep.equal(earlier)

    expect((await play(arena, gameId, lying, truth, { asserter: LIAR, challenger: CHALLENGER })).status).to.equal(STATUS.CHALLENGER_WINS)
    const places: Result[] = await attestations.getFunction('placesOf')(arena.versionId)
    const proofs = places.map((place) => placeProof(program, arena.tree, Number(place.buffer), place.draw))
    await arena.send(attestations.getFunction('answer')(arena.versionId, proofs))
    const second = arena.truth(open.input)
    const late = await arena.assert(HONEST, open, second)
    await arena.pass(3601)
    await arena.send(arena.operators(LEAVER).getFunction('completeUnstake')())
    await arena.send(arena.oracle(0).getFunction('settle')(asked.requestId, honest.output))
    await arena.send(arena.oracle(0).getFunction('settle')(open.requestId, late.output))
    await arena.send(arena.claims(CHALLENGER).getFunction('startClaim')(gameId))
    for (let i = 0; i < 3; i++) await arena.provider.send('evm_mine', [])
    const drawn: bigint[] = await arena.claims(0).getFunction('drawnKernels')(gameId)
    const [mine, settled] = [traceTree(truth, arena.salt(asked.requestId, CHALLENGER)), traceTree(truth, honest.salt)]
    const leaves = drawn.map(Number).map((kernel) => {
      return { tensorRoot: rootOf(truth.trees[kernel]!), mine: branch(mine, kernel), settled: branch(settled, kernel) }
    })
    await arena.send(arena.claims(CHALLENGER).getFunction('proveClaim')(gameId, rootOf(mine), leaves))
    await arena.pass(31 * DAY)
    await arena.send(arena.claims(0).getFunction('payClaim')(lying.id))
    await arena.send(attestations.getFunction('release')(arena.versionId))
    const owned = await money()
    await arena.pass(15 * DAY)
    for (const who of [CONSUMER, HONEST, CHALLENGER, ATTESTER, LEAVER])
      expect(await arena.operators(0).getFunction('readyOf')(arena.addresses[who]), 'all of it can be had').to.equal(
        await arena.payout(who),
      )
    return owned
  }

  it('the same story ends with the same money for everybody, whatever governance and guardian do in the middle', async () => {
    const clean = async (): Promise<string> => arena.provider.send('evm_snapshot', [])
    let start = await clean()
    const undisturbed = await story(null)
    for (const rules of EXTREMES) {
      await arena.provider.send('evm_revert', [start])
      start = await clean()
      expect(await story(rules)).to.deep.equal(undisturbed)
    }
    await arena.provider.send('evm_revert', [start])
  })

  it('nor the time in which the reward of a fallen assertion is claimed', async () => {
    const asked = await arena.ask(CONSUMER, sampleImage(3), { liveness: 3600 })
    const truth = arena.truth(asked.input)
    const lying = await arena.assert(LIAR, asked, tellLie(truth, parseLie('3:4:downstream:0x800000')).trace)
    const honest = await arena.assert(HONEST, asked, truth)
    const gameId = await arena.open(CHALLENGER, lying, arena.ownRoot(CHALLENGER, asked.requestId, truth))
    await play(arena, gameId, lying, truth, { asserter: LIAR, challenger: CHALLENGER })
    await arena.pass(3601)
    await arena.send(arena.oracle(0).getFunction('settle')(asked.requestId, honest.output))
    const end = BigInt(await arena.now()) + BigInt(TERMS.claimWindow)
    for (const { setVaultRules } of EXTREMES) {
      await arena.send(parameters.getFunction('setVaultRules')(setVaultRules))
      expect(await arena.claims(0).getFunction('windowEnd')(lying.id)).to.equal(end)
    }
  })
})
