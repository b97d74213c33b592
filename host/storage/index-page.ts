/** The plain list of a folder. File names are text here, whatever they contain. */
export function indexPage(
  title: string,
  rows: { name: string; size: number | null }[],
  hasPage = false,
): string {
  const sorted = [...rows].sort((a, b) => (a.name < b.name ? -1 : 1));
  const items = sorted.map(({ name, size }) => {
    const href = `./${name.split("/").map(encodeURIComponent).join("/")}`;
    const note = size === null ? "" : ` ${size} bytes`;
    return `<li><a href="${escapeHtml(href)}">${escapeHtml(name)}</a>${note}</li>`;
  });
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>suitcase storage ${escapeHtml(title)}</title>
<style>body{font:16px system-ui;margin:2em auto;max-width:40em}li{margin:.4em 0}</style>
<h1>${escapeHtml(title)}</h1>
${hasPage ? '<p><a href="./update/">Update a board from this browser</a></p>\n' : ""}<ul>
${items.join("\n")}
</ul>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
