import { useState } from "react";
import {
  Area, AreaChart, Bar, BarChart, CartesianGrid, Cell, Legend, Line, LineChart, Pie, PieChart, ResponsiveContainer, Tooltip, XAxis, YAxis,
} from "recharts";
import type { Block, Json } from "../types";
import { Wide } from "./Wide";

const COLORS = Array.from({ length: 12 }, (_, i) => `var(--chart-${i + 1})`);
const color = (index: number) => COLORS[index % COLORS.length]!;

/** One row per category with a column for each series, as the chart library wants it. */
function rowsOf(chart: Json): Json[] {
  return chart.axis_config.categories.map((category: string) => ({
    category,
    ...Object.fromEntries(chart.series.map((one: Json) => [one.name, one.data.find((point: Json) => point.label === category)?.value ?? null])),
  }));
}

const axis = { tick: { fontSize: 12 } };
function frame(chart: Json) {
  const { x_label, y_label } = chart.axis_config ?? {};
  return [
    <CartesianGrid key="grid" strokeDasharray="3 3" vertical={false} />,
    <XAxis key="x" dataKey="category" {...axis} interval="equidistantPreserveStart" label={x_label ? { value: x_label, position: "insideBottom", offset: 2, fontSize: 12 } : undefined} height={x_label ? 42 : 28} />,
    <YAxis key="y" {...axis} width={y_label ? 56 : 42} label={y_label ? { value: y_label, angle: -90, position: "insideLeft", fontSize: 12, style: { textAnchor: "middle" } } : undefined} />,
    <Tooltip key="tip" />,
    chart.series.length > 1 ? <Legend key="legend" verticalAlign="top" itemSorter={null} height={28} wrapperStyle={{ fontSize: 12 }} /> : null,
  ];
}

function Plot({ chart }: { chart: Json }) {
  if (chart.type === "pie") return (
    <PieChart>
      <Pie data={chart.segments.map((s: Json) => ({ name: s.label, value: s.value }))} dataKey="value" nameKey="name" innerRadius="38%" outerRadius="68%" isAnimationActive={false} label={({ value }: Json) => value}>
        {chart.segments.map((_: Json, i: number) => <Cell key={i} fill={color(i)} />)}
      </Pie>
      <Tooltip /><Legend verticalAlign="bottom" itemSorter={null} wrapperStyle={{ fontSize: 12 }} />
    </PieChart>
  );
  const rows = rowsOf(chart);
  const margin = { top: 6, right: chart.type === "bar" ? 12 : 34, left: 0, bottom: 0 }; // a line's last label stands under its end
  const names: string[] = chart.series.map((one: Json) => one.name);
  if (chart.type === "bar") return <BarChart data={rows} margin={margin}>{frame(chart)}{names.map((n, i) => <Bar key={n} dataKey={n} fill={color(i)} isAnimationActive={false} radius={[3, 3, 0, 0]} maxBarSize={48} />)}</BarChart>;
  if (chart.type === "area") return <AreaChart data={rows} margin={margin}>{frame(chart)}{names.map((n, i) => <Area key={n} dataKey={n} stroke={color(i)} fill={color(i)} fillOpacity={0.22} strokeWidth={2} isAnimationActive={false} />)}</AreaChart>;
  return <LineChart data={rows} margin={margin}>{frame(chart)}{names.map((n, i) => <Line key={n} dataKey={n} stroke={color(i)} strokeWidth={2} dot={{ r: 3, fill: "var(--paper)" }} isAnimationActive={false} />)}</LineChart>;
}

function AsTable({ chart, title }: { chart: Json; title: string }) {
  const head = chart.type === "pie" ? ["", "Value"] : ["", ...chart.series.map((s: Json) => s.name)];
  const rows: Json[][] = chart.type === "pie"
    ? chart.segments.map((s: Json) => [s.label, s.value])
    : rowsOf(chart).map((row) => [row.category, ...chart.series.map((s: Json) => row[s.name])]);
  return (
    <Wide label={title}><table className="table">
      <thead><tr>{head.map((h: string, i: number) => <th key={i} scope="col">{h}</th>)}</tr></thead>
      <tbody>{rows.map((row, r) => <tr key={r}>{row.map((v, i) => (i ? <td key={i}>{v ?? "–"}</td> : <th key={i} scope="row">{v}</th>))}</tr>)}</tbody>
    </table></Wide>
  );
}

export function Chart({ block }: { block: Block }) {
  const [table, setTable] = useState(false);
  return (
    <figure className="chart">
      <figcaption><span>{block.title}</span><button type="button" className="text-button" aria-pressed={table} onClick={() => setTable(!table)}>{table ? "Show chart" : "Show table"}</button></figcaption>
      {table ? <AsTable chart={block.chart} title={block.title} /> : (
        <div className="chart-area" role="img" aria-label={`${block.chart.type} chart: ${block.title}`}>
          <ResponsiveContainer width="100%" height={240} minWidth={200}><Plot chart={block.chart} /></ResponsiveContainer>
        </div>
      )}
    </figure>
  );
}
