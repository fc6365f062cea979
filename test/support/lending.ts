import { LendingMarket } from '@opine/abi/generated/LendingMarket.ts'
import { TestToken } from '@opine/abi/generated/TestToken.ts'
import type { ProtocolTerms } from '@opine/node-kit/protocol-terms.ts'
import type { Contract } from 'ethers'
import { ETHER } from './arena.ts'
import { BUREAU, Clinic, OWNER, type Question } from './clinic.ts'
import { deploy } from './deploy.ts'

/** An applicant in the whole numbers of `Applicant.sol`. */
export type Row = {
  readonly income: number
  readonly debt: number
  readonly history: number
  readonly late: number
  readonly used: number
  readonly job: number
  readonly loan: number
  readonly enquiries: number
}

export const STEADY: Row = { income: 525, debt: 22, history: 140, late: 0, used: 31, job: 17, loan: 24, enquiries: 0 }
export const RISKY: Row = { income: 245, debt: 62, history: 14, late: 4, used: 93, job: 2, loan: 40, enquiries: 5 }

/** The row as the model reads it. */
export const featuresOf = (row: Row): number[] => [
  row.income / 10,
  row.debt / 100,
  row.history,
  row.late,
  row.used / 100,
  row.job / 2,
  row.loan / 2,
  row.enquiries,
]

export const FEE = ETHER / 100n
export const BOND_PER_UNIT = ETHER / 20n
/** Smallest units of the token in one. */
export const DOLLAR = 1_000_000n

const TYPES = {
  Statement: [
    { name: 'who', type: 'address' },
    { name: 'issuedAt', type: 'uint40' },
    { name: 'applicant', type: 'Applicant' },
  ],
  Applicant: ['income', 'debt', 'history', 'late', 'used', 'job', 'loan', 'enquiries'].map((name) => ({
    name,
    type: name === 'income' || name === 'history' ? 'uint16' : 'uint8',
  })),
}

/** A lending market on the credit model, and what its users do. */
export class Market {
  readonly clinic: Clinic
  readonly market: Contract
  readonly token: Contract

  private constructor(clinic: Clinic, market: Contract, token: Contract) {
    this.clinic = clinic
    this.market = market
    this.token = token
  }

  static async open(terms: Partial<ProtocolTerms> = {}): Promise<Market> {
    const clinic = await Clinic.open('credit', terms)
    const { arena } = clinic
    const owner = arena.signers[OWNER]!
    const token = await deploy(TestToken, [], owner)
    const args = [arena.deployment.oracle, token.target, arena.versionId, clinic.address(BUREAU), BOND_PER_UNIT, clinic.address(OWNER)]
    return new Market(clinic, await deploy(LendingMarket, args, owner), token)
  }

  /** Tokens from nowhere, which the market may take. */
  async fund(who: number, amount: bigint): Promise<void> {
    await this.clinic.send(this.token, who, 'mint', [this.clinic.address(who), amount])
    await this.clinic.send(this.token, who, 'approve', [this.market.target, 2n ** 256n - 1n])
  }

  /** The bureau's signature under a statement. */
  async sign(who: number, row: Row, issuedAt: number, signer: number = BUREAU): Promise<string> {
    const { chainId } = this.clinic.arena.deployment
    const domain = { name: 'LendingMarket', version: '1', chainId, verifyingContract: String(this.market.target) }
    return this.clinic.arena.signers[signer]!.signTypedData(domain, TYPES, { who: this.clinic.address(who), issuedAt, applicant: row })
  }

  async apply(who: number, row: Row, { extra = 0n } = {}): Promise<Question> {
    const issuedAt = await this.clinic.arena.now()
    const signature = await this.sign(who, row, issuedAt)
    const due: bigint = await this.read('applicationFee', row, FEE)
    return this.clinic.question(await this.do(who, 'requestOffer', [row, issuedAt, signature, FEE], due + extra))
  }

  do(who: number, name: string, args: readonly unknown[] = [], value = 0n) {
    return this.clinic.send(this.market, who, name, args, value)
  }

  attempt(who: number, name: string, args: readonly unknown[] = [], value = 0n): Promise<unknown> {
    return this.clinic.attempt(this.market, who, name, args, value)
  }

  read(name: string, ...args: unknown[]) {
    return this.market.getFunction(name)(...args)
  }

  balance(who: number): Promise<bigint> {
    return this.token.getFunction('balanceOf')(this.clinic.address(who))
  }

  /** What the contract holds less what its books say it must; never negative. */
  async excess(): Promise<bigint> {
    const [cash, , , held]: bigint[] = await this.read('books')
    return (await this.token.getFunction('balanceOf')(this.market.target)) - cash! - held!
  }
}
