/**
 * Bytes as a string, natively: with `apply` each byte would be a variable for a moment, and an app that
 * leaves the agent 400 of them could not be answered. Taken before the app runs.
 *
 * What is a whole array of its own shares its bytes with the string: it may not be changed as long as the
 * string is in use.
 */
export const toText = E.toString;
