// A small picture of what is drawn on a label. The image itself is Kili's, and its proportions are not known here.
import type { Shape } from "./to-shapes.ts";

const WIDTH = 400;
const HEIGHT = 300;
const COLOURS = 4;
const POINT_RADIUS = 4;

export function Shapes({ shapes }: { readonly shapes: readonly Shape[] }) {
  const categories = [...new Set(shapes.map(({ category }) => category))];
  const classOf = (category: string): string => `kind-${categories.indexOf(category) % COLOURS}`;
  const countOf = (category: string): number => shapes.filter((shape) => shape.category === category).length;
  const words = categories.map((category) => `${countOf(category)} × ${category}`);
  return (
    <figure>
      <svg class="shapes" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`Drawn: ${words.join(", ")}`}>
        {shapes.map(({ category, points, closed }) => {
          const name = `shape ${classOf(category)}`;
          const places = points.map(([x, y]) => `${round(x * WIDTH)},${round(y * HEIGHT)}`);
          const [place = [0, 0]] = points;
          if (points.length === 1) {
            return <circle class={name} cx={round(place[0] * WIDTH)} cy={round(place[1] * HEIGHT)} r={POINT_RADIUS} />;
          }
          return closed ? (
            <polygon class={name} points={places.join(" ")} />
          ) : (
            <polyline class={`${name} open`} points={places.join(" ")} />
          );
        })}
      </svg>
      <figcaption>
        <ul class="legend">
          {categories.slice(0, 12).map((category) => (
            <li class={classOf(category)}>
              {category} <span class="muted">{countOf(category)}</span>
            </li>
          ))}
        </ul>
      </figcaption>
    </figure>
  );
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
