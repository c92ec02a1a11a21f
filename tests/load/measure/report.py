"""From samples to tables and verdicts."""

from dataclasses import asdict
from statistics import median

from .cases import Bound, Case
from .wrk import Sample


class Result:
    """All samples of one case, by contestant."""

    def __init__(self, case: Case, samples: dict[str, list[Sample]]):
        self.case, self.samples = case, samples

    def median(self, name: str, what: str) -> float:
        return median(getattr(sample, what) for sample in self.samples[name])

    def ratio(self, other: str, what: str) -> float:
        """grantd's median as a multiple of another's."""
        return self.median("grantd", what) / self.median(other, what)

    def verdicts(self) -> list[tuple[str, bool]]:
        """Each bound whose other side was measured: what it says, and whether it is kept."""
        return [self._verdict(bound) for bound in self.case.bounds if bound.other in self.samples]

    def _verdict(self, bound: Bound) -> tuple[str, bool]:
        if bound.least_rate is not None:
            ratio = self.ratio(bound.other, "rate")
            kept, wanted = ratio >= bound.least_rate, f"at least {bound.least_rate:g}"
            what = "requests/s"
        else:
            ratio = self.ratio(bound.other, "p99")
            kept, wanted = ratio <= bound.most_p99, f"at most {bound.most_p99:g}"
            what = "p99"
        said = "kept" if kept else "MISSED"
        return f"{said}: {self.case.title}: {ratio:.2f} of {bound.other}'s {what}, {wanted}", kept

    def as_json(self) -> dict:
        return {
            "name": self.case.name,
            "title": self.case.title,
            "samples": {name: [asdict(one) for one in all_] for name, all_ in self.samples.items()},
            "bounds": [{"text": text, "kept": kept} for text, kept in self.verdicts()],
        }


HEAD = (
    "| | | requests/s | grantd is | p50 ms | p99 ms | grantd's p99 is | CPU µs | MB |",
    "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
)


def table(results: list[Result]) -> str:
    """Medians, in Markdown."""
    lines = list(HEAD)
    for result in results:
        for place, name in enumerate(result.samples):
            cells = [
                result.case.title if place == 0 else "",
                name,
                f"{result.median(name, 'rate'):,.0f}",
                f"{result.ratio(name, 'rate'):.2f} ×" if place else "",
                f"{result.median(name, 'p50') / 1000:.2f}",
                f"{result.median(name, 'p99') / 1000:.2f}",
                f"{result.ratio(name, 'p99'):.2f} ×" if place else "",
                f"{result.median(name, 'cpu'):.1f}",
                f"{result.median(name, 'resident') / 1e6:.0f}",
            ]
            lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)
