import { before, describe, it } from 'node:test'
import { toHex } from '@opine/dispute-game/merkle/hex.ts'
import { sampleNetwork } from '@opine/models/exec/reference/sample.ts'
import { registrationOf } from '@opine/models/trace/registration.ts'
import { modelIdOf, versionIdOf } from '@opine/node-kit/ids.ts'
import { expect } from 'chai'
import { type ContractTransactionReceipt, parseEther, ZeroAddress } from 'ethers'
import { Arena, FREE } from '../support/arena.ts'
import { errorName } from '../support/error-name.ts'

const [FIRST, CREATOR, SQUATTER, BUYER, ARTIST] = [0, 1, 2, 3, 4] as const
const UNKNOWN = `0x${'12'.repeat(32)}`

describe('models', () => {
  let arena: Arena
  let [root, other] = ['', '']
  const idOf = (who: number): bigint =>
    modelIdOf(arena.deployment.chainId, arena.deployment.models, arena.addresses[who]!, root as `0x${string}`)
  const call = (who: number, method: string, ...args: readonly unknown[]) => arena.models(who).getFunction(method)(...args)
  const refused = (who: number, method: string, ...args: readonly unknown[]) =>
    errorName(
      arena.models(who),
      arena
        .models(who)
        .getFunction(method)
        .staticCall(...args),
    )
  const versionAdded = (receipt: ContractTransactionReceipt): string => arena.events(receipt, arena.models(0), 'VersionAdded')[0]!.versionId

  before(async () => {
    arena = await Arena.create(sampleNetwork())
    root = toHex(arena.tree.root)
    const program = sampleNetwork()
    const second = registrationOf({ ...program, claims: program.claims.slice(1) })
    other = toHex(second.programRoot)
    await arena.send(call(FIRST, 'register', second.header, second.bufferRoot, second.proofs))
  })

  it('registry squatting wins nothing: whoever proves or offers a program first, every creator has a model of its own id', async () => {
    await arena.send(call(SQUATTER, 'createModel', root, { ...FREE, price: parseEther('9') }))
    const made = await arena.send(call(CREATOR, 'createModel', root, { ...FREE, price: 7n, uri: 'ipfs://one' }))
    const versionId = versionAdded(made)
    expect(versionId).to.equal(versionIdOf(arena.deployment.chainId, arena.deployment.models, idOf(CREATOR), root as `0x${string}`))
    expect((await call(BUYER, 'version', versionId)).toObject()).to.deep.include({
      programRoot: root,
      modelId: idOf(CREATOR),
      author: arena.addresses[CREATOR],
      number: 1n,
      retired: false,
      uri: 'ipfs://one',
    })
    expect(await call(BUYER, 'ownerOf', idOf(CREATOR))).to.equal(arena.addresses[CREATOR])
    expect((await call(BUYER, 'offer', versionId)).price, "the squatter's price is its own").to.equal(7n)
    expect(await call(BUYER, 'versionsOfProgram', root))
      .to.have.length(3)
      .and.include(versionId)
    expect(await refused(CREATOR, 'createModel', root, FREE), 'twice').to.equal('ModelRegistry_ModelExists')
    for (const method of ['setPrice', 'addVersion'] as const) {
      const args = method === 'setPrice' ? [idOf(CREATOR), 0] : [idOf(CREATOR), other, '']
      expect(await refused(SQUATTER, method, ...args)).to.equal('ModelRegistry_NotOwner')
    }
    expect(await refused(SQUATTER, 'retire', versionId)).to.equal('ModelRegistry_NotOwner')
  })

  it('keeps for good who offered what and when, through a sale, a new version and a retirement', async () => {
    const [first] = await call(BUYER, 'versionsOf', idOf(CREATOR))
    const provenance = (await call(BUYER, 'version', first)).toObject()
    expect(provenance.createdAt).to.satisfy((time: bigint) => time > 0n)
    await arena.send(call(CREATOR, 'transferFrom', arena.addresses[CREATOR], arena.addresses[BUYER], idOf(CREATOR)))
    expect(await refused(CREATOR, 'addVersion', idOf(CREATOR), other, '')).to.equal('ModelRegistry_NotOwner')
    const second = versionAdded(await arena.send(call(BUYER, 'addVersion', idOf(CREATOR), other, 'ipfs://two')))
    expect(await call(BUYER, 'versionsOf', idOf(CREATOR))).to.deep.equal([first, second])
    expect((await call(BUYER, 'version', second)).toObject()).to.deep.include({
      author: arena.addresses[BUYER],
      number: 2n,
      programRoot: other,
    })
    expect(await call(BUYER, 'tokenURI', idOf(CREATOR))).to.equal('ipfs://two')
    expect(await refused(BUYER, 'addVersion', idOf(CREATOR), other, '')).to.equal('ModelRegistry_VersionExists')
    await arena.send(call(BUYER, 'retire', first))
    expect((await call(BUYER, 'offer', first)).retired).to.equal(true)
    expect((await call(BUYER, 'offer', second)).retired).to.equal(false)
    expect((await call(BUYER, 'version', first)).toObject()).to.deep.equal({ ...provenance, retired: true })
    expect(await refused(BUYER, 'retire', first)).to.equal('ModelRegistry_Retired')
  })

  it('a version has a short number by which a request finds it again', async () => {
    const [, second] = await call(BUYER, 'versionsOf', idOf(CREATOR))
    const { serial } = await call(BUYER, 'offer', second)
    expect(serial).to.equal(4n)
    expect(await call(BUYER, 'bySerial', serial)).to.deep.equal([second, other])
    expect((await call(BUYER, 'bySerial', 99)).toArray()).to.deep.equal([`0x${'00'.repeat(32)}`, `0x${'00'.repeat(32)}`])
  })

  it('shares the price between the owner at that time and the receiver of an ERC-2981 royalty, to the wei', async () => {
    const [owner, artist] = [arena.addresses[BUYER], arena.addresses[ARTIST]]
    const terms = { price: 1001n, royaltyReceiver: artist, royaltyBps: 750, uri: '' }
    const made = await arena.send(call(ARTIST, 'createModel', other, terms))
    const { serial } = await call(0, 'offer', versionAdded(made))
    const id = arena.events(made, arena.models(0), 'ModelCreated')[0]!.modelId
    await arena.send(call(ARTIST, 'transferFrom', artist, owner, id))
    expect(await call(0, 'royaltyInfo', id, 1001)).to.deep.equal([artist, 75n])
    expect(await call(0, 'payees', serial, 1001)).to.deep.equal([owner, 926n, artist, 75n])
    const plain = (await call(0, 'offer', arena.versionId)).serial
    expect(await call(0, 'payees', plain, 1001)).to.deep.equal([arena.addresses[FIRST], 1001n, ZeroAddress, 0n])
    await arena.send(call(BUYER, 'setPrice', id, 5n))
    expect((await call(0, 'offer', versionAdded(made))).price).to.equal(5n)
    expect(await refused(CREATOR, 'createModel', root, { ...terms, royaltyBps: 10_001 })).to.match(/ModelExists/)
    expect(await refused(ARTIST, 'createModel', root, { ...terms, royaltyBps: 10_001 })).to.equal('ERC2981InvalidTokenRoyalty')
  })

  it('refuses what is unknown', async () => {
    expect(await refused(CREATOR, 'createModel', UNKNOWN, FREE)).to.equal('ModelRegistry_UnknownModel')
    expect(await refused(BUYER, 'addVersion', idOf(CREATOR), UNKNOWN, '')).to.equal('ModelRegistry_UnknownModel')
    for (const method of ['offer', 'version', 'retire'])
      expect(await refused(BUYER, method, UNKNOWN)).to.equal('ModelRegistry_UnknownVersion')
    for (const method of ['setPrice', 'ownerOf', 'tokenURI']) {
      expect(await refused(BUYER, method, ...(method === 'setPrice' ? [1, 1] : [1]))).to.equal('ERC721NonexistentToken')
    }
    expect(await refused(BUYER, 'payees', 99, 1)).to.equal('ERC721NonexistentToken')
    expect(await call(BUYER, 'versionsOf', 1)).to.deep.equal([])
    expect(await call(BUYER, 'versionsOfProgram', UNKNOWN)).to.deep.equal([])
  })

  it('speaks ERC-165, ERC-721 with metadata, and ERC-2981', async () => {
    for (const id of ['0x01ffc9a7', '0x80ac58cd', '0x5b5e139f', '0x2a55205a'])
      expect(await call(0, 'supportsInterface', id), id).to.equal(true)
    expect(await call(0, 'supportsInterface', '0xffffffff')).to.equal(false)
  })
})
