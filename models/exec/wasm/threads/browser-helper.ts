/** Where a helper thread of a browser begins: the first message is the memory of the team's bell. */
import { openHelper } from './helper.ts'

type Scope = { onmessage: ((event: { readonly data: unknown }) => void) | null }

const scope = globalThis as unknown as Scope
scope.onmessage = ({ data }) => {
  const handle = openHelper(data)
  scope.onmessage = (event) => handle(event.data)
}
