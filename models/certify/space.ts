/** Iteration variables, of which some are fixed while the others run. */

/** Runs with each choice of these variables fixed. Stops where `run` gives false. */
export function each(space: Mutable, variables: readonly number[], extents: readonly number[], run: () => unknown): void {
  for (const variable of variables) fix(space, variable, 0)
  for (;;) {
    if (run() === false) return
    let at = variables.length - 1
    for (; at >= 0; at--) {
      const variable = variables[at]!
      const next = space.least[variable]! + 1
      if (next < extents[variable]!) {
        fix(space, variable, next)
        break
      }
      fix(space, variable, 0)
    }
    if (at < 0) return
  }
}

export type Mutable = { readonly least: number[]; readonly greatest: number[] }

function fix(space: Mutable, variable: number, value: number): void {
  space.least[variable] = value
  space.greatest[variable] = value
}

/** Lets a variable run again. */
export function free(space: Mutable, variable: number, extents: readonly number[]): void {
  space.least[variable] = 0
  space.greatest[variable] = extents[variable]! - 1
}
