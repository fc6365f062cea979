import { OpineError } from '@opine/dispute-game/errors.ts'
import { checkPassword, checkPlace, keystoreAddress, writeKeystore } from '@opine/node-kit/keystore.ts'
import { readWallet } from '@opine/node-kit/wallet.ts'
import { Command } from 'commander'
import { Wallet } from 'ethers'
import { print, printJson, progress } from '../output.ts'
import { askSecret } from '../terminal.ts'

type Options = { readonly json?: true }
type Out = Options & { readonly out: string }

const PASSWORD_HELP = `
The password is OPINE_KEY_PASSWORD, or is asked for on the terminal; never a flag, which every user of the machine could read.
The file can be read by its owner alone, and no file is overwritten.`

/** `opine key`: encrypted keystores, which the daemons and every command take as --key-file. */
export const keyCommand = (): Command =>
  new Command('key')
    .description('make, import and look at encrypted keys')
    .addCommand(
      makingCommand('new', 'make a new key and write it encrypted', 'opine key new --out keystore.json', async () => {
        const { privateKey } = Wallet.createRandom()
        return new Wallet(privateKey)
      }),
    )
    .addCommand(
      makingCommand(
        'import',
        'write an existing private key encrypted: OPINE_KEY, or asked for on the terminal',
        'OPINE_KEY=0x... opine key import --out keystore.json',
        async () => {
          const key = process.env.OPINE_KEY || (await askSecret('private key', 'set OPINE_KEY'))
          return readWallet(undefined, { OPINE_KEY: key || '-' })
        },
      ),
    )
    .addCommand(showCommand())

const makingCommand = (name: string, description: string, example: string, walletOf: () => Promise<Wallet>): Command =>
  new Command(name)
    .description(description)
    .requiredOption('--out <file>', 'where to write the keystore')
    .option('--json', 'print one JSON object')
    .addHelpText('after', `${PASSWORD_HELP}\n\nExamples:\n  ${example}\n  opine oracle-node run --key-file keystore.json ...`)
    .action(async ({ out, json }: Out) => {
      checkPlace(out)
      const wallet = await walletOf()
      await writeKeystore(out, wallet, await newPassword(), quarters())
      if (json) printJson({ address: wallet.address, keystore: out })
      else print(`address   ${wallet.address}`, `keystore  ${out}`, 'Keep the file and the password; nobody can restore either.')
    })

/** @throws {OpineError} `KEY_PASSWORD` if it is too short or was typed differently */
async function newPassword(): Promise<string> {
  const given = process.env.OPINE_KEY_PASSWORD
  if (given) return checkPassword(given)
  const typed = checkPassword(await askSecret('password', 'set OPINE_KEY_PASSWORD'))
  if ((await askSecret('same password again', 'set OPINE_KEY_PASSWORD')) === typed) return typed
  throw new OpineError('KEY_PASSWORD', 'the two passwords differ; begin again')
}

/** Encrypting is slow on purpose. */
function quarters(): (part: number) => void {
  let said = 0
  return (part) => {
    const quarter = Math.floor(4 * part)
    if (quarter > said && quarter < 4) progress(`encrypting: ${25 * quarter} %`)
    said = Math.max(said, quarter)
  }
}

const showCommand = (): Command =>
  new Command('show')
    .description('show which account a keystore is for')
    .argument('<file>', 'keystore, or with --verify a plain key too')
    .option('--verify', 'open it with its password, and derive the account from the key')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExamples:\n  opine key show keystore.json\n  opine key show keystore.json --verify')
    .action(async (file: string, { verify, json }: Options & { readonly verify?: true }) => {
      const address = verify ? (await openKey(file)).address : keystoreAddress(file)
      if (json) printJson({ address, verified: verify === true })
      else print(address)
    })

async function openKey(file: string): Promise<Wallet> {
  try {
    return readWallet(file, process.env)
  } catch (error) {
    if (!(error instanceof OpineError) || error.code !== 'KEY_PASSWORD' || process.env.OPINE_KEY_PASSWORD) throw error
    return readWallet(file, { OPINE_KEY_PASSWORD: await askSecret('password', 'set OPINE_KEY_PASSWORD') })
  }
}
