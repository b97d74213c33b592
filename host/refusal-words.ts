/** Why a board did not take an update. */
import type { PushResult } from "./push-types.js";
import { type ReportView, viewReport } from "./suit/report-words.js";

/** Null for a report of something else, or one that cannot be read. */
export function reportAbout(
  { error, report }: Pick<PushResult, "error" | "report">,
  envelope: Uint8Array,
): ReportView | null {
  if (!report || !error?.code) return null;
  try {
    const view = viewReport(report, envelope);
    return view.code === error.code ? view : null;
  } catch {
    return null;
  }
}
