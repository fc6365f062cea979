import { Contract, ContractFactory, type Signer } from 'ethers'

/** What `scripts/bindings.ts` writes of a contract. */
export type Artifact = { readonly abi: readonly object[]; readonly bytecode: string }

/** Deploys a contract. @returns it, with the deployer as sender */
export async function deploy({ abi, bytecode }: Artifact, args: readonly unknown[], signer: Signer): Promise<Contract> {
  const made = await new ContractFactory(abi as never, bytecode, signer).deploy(...args)
  await made.waitForDeployment()
  return new Contract(await made.getAddress(), abi as never, signer)
}

/** The same contract, another sender. */
export const as = (contract: Contract, signer: Signer): Contract => contract.connect(signer) as Contract
