/** Why a node cannot be integer. */
export class Reason {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}
