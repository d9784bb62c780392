// Buttons with `data-copy` copy the text of the element whose id they name, and say so.

const SAID_MS = 1_500;

/** Listens on the whole page, so that what is refreshed later works too. */
export function copyOnClick(page: Document, clipboard: Clipboard): void {
  page.addEventListener("click", (event) => {
    const button =
      event.target instanceof Element ? event.target.closest<HTMLButtonElement>("button[data-copy]") : null;
    const source = button && page.getElementById(button.dataset["copy"] ?? "");
    if (!button || !source) return;
    const label = button.textContent;
    const say = (word: string): void => {
      button.textContent = word;
      setTimeout(() => (button.textContent = label), SAID_MS);
    };
    clipboard.writeText(source.textContent).then(
      () => say("Copied"),
      () => say("Select it"),
    );
  });
}
