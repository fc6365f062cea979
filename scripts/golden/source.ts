import { encodeStep } from '../../cli/step-chain.ts'
import { execute } from '../../models/exec/reference/execute.ts'
import { sampleImage, sampleNetwork } from '../../models/exec/reference/sample.ts'
import { blockCount } from '../../models/ir/types.ts'
import { splitInputs } from '../../models/trace/commit.ts'
import { programTree } from '../../models/trace/program-tree.ts'
import { stepCases } from '../../models/trace/step-case.ts'
import { buildTrace } from '../../models/trace/trace.ts'

/** The source of the contracts' golden step: products and sums of `f32`, openings, a whole descriptor. */
export function goldenStep(): string {
  const program = sampleNetwork()
  const trace = buildTrace(program, splitInputs(program, sampleImage(1)), execute)
  const kernel = program.kernels.findIndex((each) => blockCount(each) > 1)
  const step = stepCases(trace, programTree(program), new Uint8Array(32))({ kernel, element: 0, evaluation: 'BLOCK', block: 1 })
  return [
    '// SPDX-License-Identifier: MIT',
    'pragma solidity 0.8.37;',
    '',
    '/// @title One true step, written by scripts/golden.ts: a chain on which it comes out otherwise cannot judge',
    'library GoldenStep {',
    '    /// @dev A call of `IStepVerifier.evaluate`.',
    `    bytes internal constant CALL = hex"${encodeStep(step).slice(2)}";`,
    '',
    '    /// @dev What it returns.',
    `    uint32 internal constant VALUE = 0x${step.expected.toString(16).padStart(8, '0')};`,
    '}',
    '',
  ].join('\n')
}
