import { minedReceipt } from '@opine/node-kit/receipt.ts'
import { Contract, ContractFactory, type Signer } from 'ethers'

type Artifact = { readonly abi: readonly object[]; readonly bytecode: string }

/** Deploys a contract; who deploys it calls it. */
export async function deployContract({ abi, bytecode }: Artifact, args: readonly unknown[], signer: Signer): Promise<Contract> {
  const deployed = await new ContractFactory(abi as never, bytecode, signer).deploy(...args)
  await minedReceipt(signer.provider!, deployed.deploymentTransaction()!.hash)
  return new Contract(await deployed.getAddress(), abi as never, signer)
}
