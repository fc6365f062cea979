/** Where a server listens. */
export type Listen = { readonly host: string; readonly port: number }

/** `HOST:PORT`, `[IPV6]:PORT`, or a port alone, which is one on the loopback device. */
export function parseListen(text: string): Listen {
  const [, six, host, port] = /^(?:(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9.-]+)):)?([0-9]{1,5})$/.exec(text) ?? []
  if (port !== undefined && Number(port) <= 65_535) return { host: six ?? host ?? '127.0.0.1', port: Number(port) }
  throw new Error(`"${text.slice(0, 80)}" is no place to listen; write HOST:PORT, for example 127.0.0.1:9464`)
}
