/** One error of the host: number, sentence, advice, exit code (1 refused, 2 usage or set-up). */
export interface HostErrorText {
  code: number;
  sentence: string;
  advice: string;
  exit: 1 | 2;
}

/** `exit`: 1 refused, 2 called or set up wrongly. */
export const entry = (
  code: number,
  exit: 1 | 2,
  sentence: string,
  advice: string,
): HostErrorText => ({
  code,
  sentence,
  advice,
  exit,
});
