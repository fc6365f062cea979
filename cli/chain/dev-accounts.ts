import { HDNodeWallet, Mnemonic } from 'ethers'

/** The phrase that every development chain uses; its accounts are known to all. */
const PHRASE = 'test test test test test test test test test test test junk'

/** Development account `index`, funded on the embedded chain. */
export const devAccount = (index: number): HDNodeWallet => HDNodeWallet.fromMnemonic(Mnemonic.fromPhrase(PHRASE), `m/44'/60'/0'/0/${index}`)
