"""State diagrams and tables of flows for the docs, made from the flow tables themselves."""

from __future__ import annotations

from pathlib import Path

from bangban.foundation.flows.flow import Flow, Transition, all_flows


def as_markdown(flow: Flow) -> str:
    """Return one page: the states as a Mermaid diagram, then every line of the flow as a table."""
    rows = "\n".join(_row(flow, line) for line in flow.transitions)
    return f"""# {flow.label} (`{flow.record_type}`)

Made from the flow table by `bangban conformance --write`; do not edit by hand.

```mermaid
stateDiagram-v2
{_diagram(flow)}
```

| action | label | from | to | who | asks | needs | clocks | clause |
|---|---|---|---|---|---|---|---|---|
{rows}
"""


def _diagram(flow: Flow) -> str:
    lines = [f"  {state} : {state} {label}" for state, label in flow.states.items()]
    lines += [f"  [*] --> {state}" for state in flow.initial]
    for line in flow.transitions:
        if line.target:
            lines += [f"  {source} --> {line.target} : {line.action}" for source in line.sources]
    lines += [f"  {state} --> [*]" for state in flow.final]
    return "\n".join(dict.fromkeys(lines))


def _row(flow: Flow, line: Transition) -> str:
    asks = ", ".join(f"{i.name}{'' if i.required else '?'}" for i in line.asks)
    clocks = ", ".join(f"{effect.word} {effect.rule}" for effect in line.clocks)
    needs = ", ".join(condition.code for condition in line.needs)
    target = line.target or "–"
    return (
        f"| `{line.action}` | {line.label} | {', '.join(line.sources)} | {target} | {', '.join(line.who)} | {asks} |"
        f" {needs} | {clocks} | {line.clause} |"
    )


def write_all(folder: Path) -> None:
    """Write a page for every flow of the house."""
    folder.mkdir(parents=True, exist_ok=True)
    for flow in all_flows():
        (folder / f"{flow.record_type}.md").write_text(as_markdown(flow), encoding="utf-8")
