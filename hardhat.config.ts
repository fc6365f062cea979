import { createRequire } from 'node:module'
import { defineConfig } from 'hardhat/config'

const require = createRequire(import.meta.url)

/**
 * The compiler that npm installed, so that nothing is downloaded.
 * @param runs   how often a contract's code is expected to run
 * @param viaIR  by way of Yul: better code, but the tests in Solidity are compiled four times as fast without
 */
const compiler = (runs: number, viaIR = true) => ({
  version: '0.8.37',
  path: require.resolve('solc/soljson.js'),
  settings: { viaIR, optimizer: { enabled: true, runs }, evmVersion: 'osaka' },
})

export default defineConfig({
  solidity: {
    compilers: [compiler(2000)],
    // Their code is near the limit of EIP-170; for fewer runs it comes out up to a tenth shorter, for less than one percent more gas.
    overrides: {
      'contracts/dispute/DisputeGame.sol': compiler(1000),
      'contracts/oracle/InferenceOracle.sol': compiler(200),
      // With settings of its own it is compiled by itself, so that its code, and what a step costs, depends on nothing but its own sources.
      'contracts/step/StepVerifier.sol': compiler(4000),
      ...Object.fromEntries(
        ['Handler.sol', 'Protocol.t.sol', 'Reach.t.sol', 'Notice.t.sol'].map((name) => [`test/invariants/${name}`, compiler(200, false)]),
      ),
    },
  },
  paths: { sources: './contracts', tests: { solidity: './test/invariants' }, artifacts: './artifacts', cache: './cache' },
  test: {
    solidity: {
      // Written by test/invariants/invariants.test.ts, which runs these tests.
      fsPermissions: { readFile: ['.opine/invariants/genesis.hex'] },
      // Handlers make legal moves only, so that every revert is a finding.
      invariant: { runs: 40, depth: 150, failOnRevert: true },
    },
  },
  networks: {
    default: { type: 'edr-simulated', chainId: 31337, hardfork: 'osaka' },
  },
})
