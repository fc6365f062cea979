/** A word of the memory of a team's bell that is nobody's: there the page's helpers count what they do. */
export const COUNT = 90
