import { createRequire } from 'node:module'
import { defineConfig } from 'hardhat/config'

const require = createRequire(import.meta.url)

/** The compiler that npm installed, so that nothing is downloaded. @param runs  how often a contract's code is expected to run */
const compiler = (runs: number) => ({
  version: '0.8.37',
  path: require.resolve('solc/soljson.js'),
  settings: { viaIR: true, optimizer: { enabled: true, runs }, evmVersion: 'osaka' },
})

export default defineConfig({
  solidity: {
    compilers: [compiler(2000)],
    // Their code is near the limit of EIP-170; for fewer runs it comes out a tenth shorter, for less than one percent more gas.
    overrides: {
      'contracts/dispute/DisputeGame.sol': compiler(200),
      'contracts/oracle/InferenceOracle.sol': compiler(200),
    },
  },
  paths: { sources: './contracts', artifacts: './artifacts', cache: './cache' },
  networks: {
    default: { type: 'edr-simulated', chainId: 31337, hardfork: 'osaka' },
  },
})
