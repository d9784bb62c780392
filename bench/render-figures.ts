// The bench's table: a line for each figure, and what it was made of below it.
import { styleText } from "node:util";
import type { Figure, Unit } from "./figure.ts";
import { isMet } from "./is-met.ts";

/** Figures as text for a terminal. */
export function renderFigures(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.name,
    toText(figure.value, figure.unit),
    target(figure),
    verdict(figure),
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  return rows
    .map(([name = "", value = "", goal = "", met = ""], i) => {
      const cells = [name.padEnd(widths[0] ?? 0), value.padStart(widths[1] ?? 0), goal.padEnd(widths[2] ?? 0), met];
      return `${cells.join("  ").trimEnd()}\n    ${styleText("dim", figures[i]?.detail ?? "")}`;
    })
    .join("\n");
}

function target(figure: Figure): string {
  if (figure.target === null) return "";
  if ("atLeast" in figure.target) return `at least ${toText(figure.target.atLeast, figure.unit)}`;
  return `at most ${toText(figure.target.atMost, figure.unit)}`;
}

function verdict(figure: Figure): string {
  const met = isMet(figure);
  if (met === null) return "";
  return met ? styleText("green", "met") : styleText("red", "not met");
}

function toText(value: number, unit: Unit): string {
  switch (unit) {
    case "ratio":
      return value.toFixed(2);
    case "ms":
      return `${value.toFixed(2)} ms`;
    case "per_second":
      return `${Math.round(value)}/s`;
    case "bytes":
      return value < 1e6 ? `${(value / 1e3).toFixed(1)} kB` : `${(value / 1e6).toFixed(2)} MB`;
  }
}
