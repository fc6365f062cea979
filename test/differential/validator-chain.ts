import { KernelValidator } from '@opine/abi/generated/KernelValidator.ts'
import { RULES, type Rule } from '@opine/models/ir/rules.ts'
import { BrowserProvider, Contract, ContractFactory } from 'ethers'
import hre from 'hardhat'
import { callOf, type Subject } from './subject.ts'

/** A kernel validator on an embedded chain. */
export async function deployValidator(): Promise<Contract> {
  const chain = await hre.network.create()
  const provider = new BrowserProvider(chain.provider, undefined, { cacheTimeout: -1 })
  provider.pollingInterval = 20
  const factory = new ContractFactory(KernelValidator.abi, KernelValidator.bytecode, await provider.getSigner())
  const deployed = await factory.deploy()
  await deployed.waitForDeployment()
  return new Contract(await deployed.getAddress(), KernelValidator.abi, provider)
}

/** The first rule that the contract finds violated. */
export async function ruleOnChain(validator: Contract, subject: Subject): Promise<Rule | null> {
  const data = validator.interface.encodeFunctionData('violation', callOf(subject).args)
  const answer = Number(await validator.runner!.call!({ to: validator.target, data }))
  return answer === 0 ? null : RULES[answer - 1]!
}
