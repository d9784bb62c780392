// A box that ticks all boxes of its form that bear the name it gives.

/** Listens on the whole page, so that what is refreshed later works too. */
export function selectAll(page: Document): void {
  page.addEventListener("change", (event) => {
    const box = event.target instanceof HTMLInputElement ? event.target : null;
    const name = box?.dataset["selectAll"];
    if (!box || name === undefined) return;
    for (const other of box.form?.querySelectorAll<HTMLInputElement>(`input[name="${name}"]`) ?? []) {
      other.checked = box.checked;
    }
  });
}
