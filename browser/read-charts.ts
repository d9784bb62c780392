// Charts say what they show at the place one points at, in the line under them. Without this the same is in a table.

/** Columns carry their sentence in `data-readout`; the line is the figure's `output`. */
export function readCharts(page: Document): void {
  const show = (event: Event): void => {
    const target = event.target instanceof Element ? event.target : null;
    const figure = target?.closest("figure");
    const output = figure?.querySelector<HTMLElement>("output");
    if (!figure || !output) return;
    const column = target?.closest<SVGGElement>("g[data-readout]");
    output.dataset["rest"] ??= output.textContent;
    const rest = output.dataset["rest"];
    output.textContent = column?.dataset["readout"] ?? rest;
  };
  page.addEventListener("pointerover", show);
  page.addEventListener("pointerout", show);
}
