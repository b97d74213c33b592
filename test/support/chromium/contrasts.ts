/**
 * Runs in the page: texts whose contrast with what is behind them is below 4.5 to 1 (WCAG 1.4.3). What
 * is switched off, or only read aloud, does not count.
 */
export const contrasts = `(() => {
  const channels = (color) => (color.match(/[\\d.]+/g) ?? []).map(Number);
  const light = (color) => {
    const [r, g, b] = color.slice(0, 3).map((value) => {
      const share = value / 255;
      return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const color = channels(getComputedStyle(each).backgroundColor);
      if (color.length === 3 || color[3] > 0.99) return color;
    }
    return [255, 255, 255];
  };
  const weak = [];
  let count = 0;
  for (const element of document.querySelectorAll("main *, header *, footer")) {
    const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!hasText || !element.checkVisibility()) continue;
    if (element.closest(":disabled, .visually-hidden")) continue;
    count++;
    const front = light(channels(getComputedStyle(element).color));
    const back = light(behind(element));
    const ratio = (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
    if (ratio < 4.5) weak.push(element.textContent + ": " + ratio.toFixed(2));
  }
  return count < 20 ? ["only " + count + " texts"] : weak;
})()`;
