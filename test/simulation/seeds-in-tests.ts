/** How many seeds `npm test` runs, from 1 on; each deliberate fault must be found within them. */
export const SEEDS_IN_TESTS = 300;
