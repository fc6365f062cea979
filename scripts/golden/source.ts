import { goldenCall } from '../../cli/deploy/golden-call.ts'

/** The source of the contracts' golden step. */
export function goldenStep(): string {
  const { call, expected } = goldenCall()
  return [
    '// SPDX-License-Identifier: MIT',
    'pragma solidity 0.8.37;',
    '',
    '/// @title One true step, written by scripts/golden.ts: a chain on which it comes out otherwise cannot judge',
    'library GoldenStep {',
    '    /// @dev A call of `IStepVerifier.evaluate`.',
    `    bytes internal constant CALL = hex"${call.slice(2)}";`,
    '',
    '    /// @dev What it returns.',
    `    uint32 internal constant VALUE = 0x${expected.toString(16).padStart(8, '0')};`,
    '}',
    '',
  ].join('\n')
}
