// What moves on the dashboard's pages. Every page works without it.
import { copyOnClick } from "./copy-on-click.ts";
import { readCharts } from "./read-charts.ts";

copyOnClick(document, navigator.clipboard);
readCharts(document);
