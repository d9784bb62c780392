// What moves on the dashboard's pages. Every page works without it.
import { copyOnClick } from "./copy-on-click.ts";
import { keepLive } from "./keep-live.ts";
import { readCharts } from "./read-charts.ts";
import { selectAll } from "./select-all.ts";

copyOnClick(document, navigator.clipboard);
readCharts(document);
keepLive(document);
selectAll(document);
