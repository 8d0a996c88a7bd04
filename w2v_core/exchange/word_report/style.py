"""The style sheet of a word report: on the screen a sheet of paper, on paper the paper itself."""

STYLE = """
:root {color-scheme: light; --blue: #0072B2; --orange: #E69F00; --quiet: #5d6673; --line: #d5d9df;}
* {box-sizing: border-box;}
body {font: 10.5pt/1.42 "Source Sans 3", "Source Sans Pro", "Noto Sans", "Helvetica Neue", Arial,
  sans-serif; color: #1c2128; background: #fff; max-width: 180mm; margin: 10mm auto; padding: 0 5mm;}
h1 {font-size: 25pt; line-height: 1.15; font-weight: 600; margin: 0; overflow-wrap: anywhere;
  text-align: left;}
h2 {font-size: 12.5pt; font-weight: 600; margin: 6mm 0 1.5mm; break-after: avoid;}
h3 {font-size: 10pt; font-weight: 400; color: var(--quiet); margin: 0 0 1mm; break-after: avoid;}
p {margin: 0 0 1.5mm; orphans: 3; widows: 3;}
.notice {border-left: 1mm solid #d55e00; padding: 1mm 3mm; margin: 2mm 0;}
.note, .facts, .source, header p {color: var(--quiet); font-size: 9.3pt;}
section > .note {margin-top: 1.5mm;}
.screen {border-bottom: 1px solid var(--line); padding-bottom: 3mm; margin-bottom: 6mm;
  color: var(--quiet);}
table {width: 100%; border-collapse: collapse; table-layout: fixed; font-size: 9.6pt;}
thead {display: table-header-group;}
tr {break-inside: avoid;}
th {font-weight: 400; color: var(--quiet); text-align: start; vertical-align: bottom; font-size: 8.8pt;
  line-height: 1.2;}
td, th {padding: .6mm 2mm .6mm 0; overflow-wrap: anywhere;}
td {border-top: 1px solid var(--line); vertical-align: middle;}
td.n, th.n {text-align: end; font-variant-numeric: tabular-nums;}
td.n {white-space: nowrap;}
td.w {font-weight: 600;}
svg {display: block; width: 100%; height: 3.4mm;}
svg.none {position: absolute; width: 0; height: 0;}
.two {display: grid; grid-template-columns: 1fr 1fr; gap: 0 8mm;}
ol.lines {list-style: none; margin: 0; padding: 0;}
ol.lines li {break-inside: avoid; padding: .8mm 0; border-top: 1px solid var(--line);
  overflow-wrap: anywhere;}
ol.lines .source {font-size: 8.6pt; padding-inline-start: 2mm;}
.facts {columns: 2; column-gap: 8mm; margin: 0 0 3mm;}
.facts div {break-inside: avoid; overflow-wrap: anywhere;}
.facts dt, .facts dd {display: inline; margin: 0;}
.facts dd {color: #1c2128;}
pre {font: 8.2pt/1.4 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; white-space: pre-wrap;
  overflow-wrap: anywhere; margin: 0; padding: 2mm 3mm; border: 1px solid var(--line);
  break-inside: avoid;}
.near col.place {width: 5%;} .near col.word {width: 27%;} .near col.number {width: 11%;}
.near col.sure {width: 15%;}
.expected col.word {width: 31%;} .expected col.number {width: 15%;}
.lists col.name {width: 22%;} .lists col.pair {width: 25%;} .lists col.number {width: 15%;}
.lists td, .lists th {padding-inline-end: 4mm; vertical-align: top;}
@media screen and (max-width: 640px) {
  body {margin: 5mm auto;}
  .two {grid-template-columns: 1fr;}
  .facts {columns: 1;}
  .near col.place {width: 7%;} .near col.number {width: 16%;} .near col.sure {width: 20%;}
}
@page {margin: 14mm 15mm;}
@media print {
  body {margin: 0; padding: 0; max-width: none; font-size: 9.6pt;}
  h2 {margin-top: 4.5mm;}
  .facts {columns: 3; font-size: 8.4pt; line-height: 1.35;}
  td, th {padding-block: .45mm;}
  .screen {display: none;}
}
"""
