import { createRequire } from 'node:module'
import { defineConfig } from 'hardhat/config'

const require = createRequire(import.meta.url)

/** Compiles with the compiler that npm installed, so that nothing is downloaded. */
export default defineConfig({
  solidity: {
    version: '0.8.37',
    path: require.resolve('solc/soljson.js'),
    settings: {
      viaIR: true,
      optimizer: { enabled: true, runs: 2000 },
      evmVersion: 'osaka',
    },
  },
  paths: { sources: './contracts', artifacts: './artifacts', cache: './cache' },
  networks: {
    default: { type: 'edr-simulated', chainId: 31337, hardfork: 'osaka' },
  },
})
