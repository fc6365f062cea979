import { Command } from 'commander'
import { certifyCommand } from './model-certify.ts'
import { compareCommand } from './model-compare.ts'
import { compileCommand } from './model-compile.ts'
import { conformanceCommand } from './model-conformance.ts'
import { fetchCommand } from './model-fetch.ts'
import { quantizeCommand } from './model-quantize.ts'
import { registerCommand } from './model-register.ts'
import { replayCommand } from './model-replay.ts'
import { runCommand } from './model-run.ts'
import { showCommand } from './model-show.ts'

/** `opine model`: everything that is done with a model without a daemon. FILE is an ONNX file or a program file everywhere. */
export const modelCommand = (): Command =>
  new Command('model')
    .description('compile, read, run, check, certify, quantize, register and fetch models')
    .addCommand(compileCommand())
    .addCommand(showCommand())
    .addCommand(runCommand())
    .addCommand(compareCommand())
    .addCommand(conformanceCommand())
    .addCommand(quantizeCommand())
    .addCommand(replayCommand())
    .addCommand(certifyCommand())
    .addCommand(registerCommand())
    .addCommand(fetchCommand())
