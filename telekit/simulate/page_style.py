"""How the page of a simulation looks: no colour says anything alone, and nothing comes from the network."""

STYLE = """
:root { color-scheme: light dark; --ink: #1d2b33; --soft: #5d6b73; --line: #dde3e6; --paper: #fbfcfc; --card: #fff;
  --a: #14708f; --b: #c2641c; --good: #1c7c4a; --bad: #b3362c; }
@media (prefers-color-scheme: dark) { :root { --ink: #e3eaed; --soft: #9aa8b0; --line: #2f3b42; --paper: #12191d;
  --card: #182126; --a: #55b7d8; --b: #f0a05c; --good: #5fc98d; --bad: #f08377; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 2rem 1.5rem 4rem; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif; font-variant-numeric: tabular-nums; }
h1 { font-size: 1.6rem; margin: 0; } h2 { font-size: 1.15rem; margin: 2.5rem 0 .75rem; }
p { margin: .25rem 0; max-width: 60rem; } .soft, figcaption { color: var(--soft); }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .75rem; margin: 1.5rem 0; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: .6rem .8rem; }
.card b { display: block; font-size: 1.35rem; font-weight: 600; line-height: 1.3; }
.card small { color: var(--soft); display: block; }
.scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: .6rem; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: .35rem .8rem; text-align: right; white-space: nowrap; border-top: 1px solid var(--line); }
thead th { border-top: 0; color: var(--soft); font-weight: 600; }
th:first-child, td:first-child { text-align: left; } tbody th { font-weight: 500; }
th.what, td.what { text-align: left; }
td small { color: var(--soft); } tr.all th { font-weight: 700; } tr.first td, tr.first th { border-top-width: 2px; }
.good { color: var(--good); } .bad { color: var(--bad); }
nav { display: flex; flex-wrap: wrap; gap: .3rem .9rem; margin: .5rem 0; } a { color: var(--a); }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); gap: .75rem; }
figure { margin: 0; background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: .6rem; }
svg { display: block; width: 100%; height: auto; } svg text { fill: var(--soft); font-size: 10.5px; }
svg .title { fill: var(--ink); font-size: 12.5px; font-weight: 600; }
.grid { stroke: var(--line); } .line { fill: none; stroke-width: 1.8; stroke-linejoin: round; }
.line.a { stroke: var(--a); } .line.b { stroke: var(--b); stroke-dasharray: 5 3; }
.dot.a, .band.a { fill: var(--a); } .dot.b, .band.b { fill: var(--b); } .band { opacity: .18; }
.key { display: inline-block; width: 1.6rem; height: 0; border-top: 2.5px solid var(--a); vertical-align: middle; }
.key.b { border-top: 2.5px dashed var(--b); }
details { margin-top: .75rem; } summary { cursor: pointer; color: var(--soft); }
@media print { body { max-width: none; } details { display: none; } figure, .card { break-inside: avoid; } }
"""
